"""What a customer wants."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.forms import PreferenceForm
from apps.customer_portal.member import member_of
from apps.people.services.preferences import update_preference
from apps.repairs.approval import in_words
from apps.repairs.queries import terms_of
from core.models import CustomerPreference
from core.pages import attempt, see_other, sent_once, version_from


@sent_once
def customer_preferences(request: HttpRequest) -> HttpResponse:
    """When to be asked before work starts, and which messages to get."""
    member = member_of(request)
    stored = CustomerPreference.objects.filter(customer=member.customer).first()
    preference = stored or CustomerPreference(customer=member.customer)
    version, rule = preference.version, in_words(terms_of(member.customer, preference))
    form = PreferenceForm(request.POST if request.method == "POST" else None, instance=preference)
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: update_preference(
                actor=member.user,
                customer_id=member.customer_id,
                version=version_from(request),
                changes=form.cleaned_data,
            ),
        )
        if saved is not None:
            messages.success(request, "Your preferences are saved.")
            return see_other("customer_preferences")
    context = {
        "form": form,
        "version": version,
        "rule": rule,
        "may_change": member.is_primary_contact,
    }
    return render(request, "customer_portal/preferences.html", context)
