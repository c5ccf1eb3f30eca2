"""Addresses under /api/; each has its row in ``access.py``."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path, register_converter
from django.views.decorators.csrf import csrf_exempt

from apps.api import (
    appointments,
    auth,
    availability,
    batches,
    calendar_feeds,
    changes,
    customer_steps,
    customers,
    day,
    documentation,
    equipment,
    job_templates,
    jobs,
    keys,
    notifications,
    photos,
    referrals,
    repairs,
    requests,
    reward_offers,
    rewards,
    signatures,
    sites,
    task_pictures,
    tasks,
    technicians,
    units,
    users,
)
from core.converters import IdConverter
from core.errors import NotFound
from core.problems import problem_response

app_name = "api"
register_converter(IdConverter, "id")


@csrf_exempt
def unknown(_request: HttpRequest) -> HttpResponse:
    """Any other address under /api/: a problem, not a page."""
    return problem_response(NotFound())


urlpatterns = [
    path("auth/token/", auth.TokenView.as_view(), name="token"),
    path("auth/token/refresh/", auth.RefreshView.as_view(), name="token-refresh"),
    path("auth/logout/", auth.LogoutView.as_view(), name="logout"),
    path("auth/logout-all/", auth.LogoutAllView.as_view(), name="logout-all"),
    path("auth/password/", auth.PasswordView.as_view(), name="password"),
    path("keys/", keys.KeyList.as_view(), name="key-list"),
    path("keys/<id:pk>/", keys.KeyDetail.as_view(), name="key-detail"),
    path("users/", users.UserList.as_view(), name="user-list"),
    path("users/me/", users.Me.as_view(), name="user-me"),
    path("users/<id:pk>/", users.UserDetail.as_view(), name="user-detail"),
    path("repairs/", repairs.RepairList.as_view(), name="repair-list"),
    path("repairs/<id:pk>/", repairs.RepairDetail.as_view(), name="repair-detail"),
    path("repairs/<id:pk>/status/", repairs.RepairStatus.as_view(), name="repair-status"),
    path("repairs/<id:pk>/assign/", repairs.RepairAssign.as_view(), name="repair-assign"),
    path("repairs/<id:pk>/void/", repairs.RepairVoid.as_view(), name="repair-void"),
    path("repairs/<id:pk>/history/", repairs.RepairHistory.as_view(), name="repair-history"),
    path("repairs/<id:pk>/photos/", photos.RepairPhotos.as_view(), name="repair-photos"),
    path(
        "repairs/<id:pk>/photos/archive/",
        photos.RepairPhotoArchive.as_view(),
        name="repair-photo-archive",
    ),
    path("repairs/<id:pk>/sign/", signatures.RepairSign.as_view(), name="repair-sign"),
    path("repairs/<id:pk>/price/", repairs.RepairPrice.as_view(), name="repair-price"),
    path("photos/<str:token>/", photos.PhotoFile.as_view(), name="photo-file"),
    path("repair-requests/", requests.RepairRequestList.as_view(), name="repair-request-list"),
    path("batches/", batches.BatchList.as_view(), name="batch-list"),
    path("batches/<id:pk>/", batches.BatchDetail.as_view(), name="batch-detail"),
    path(
        "batches/<id:pk>/photos/archive/",
        photos.BatchPhotoArchive.as_view(),
        name="batch-photo-archive",
    ),
    path("batches/<id:pk>/approve/", batches.BatchApprove.as_view(), name="batch-approve"),
    path("batches/<id:pk>/deny/", batches.BatchDeny.as_view(), name="batch-deny"),
    path("customers/", customers.CustomerList.as_view(), name="customer-list"),
    path("customers/<id:pk>/", customers.CustomerDetail.as_view(), name="customer-detail"),
    path(
        "customers/<id:pk>/repairs/", customers.CustomerRepairs.as_view(), name="customer-repairs"
    ),
    path(
        "customers/<id:pk>/confirm/",
        customer_steps.CustomerConfirm.as_view(),
        name="customer-confirm",
    ),
    path(
        "customers/<id:pk>/refuse/",
        customer_steps.CustomerRefusal.as_view(),
        name="customer-refuse",
    ),
    path(
        "customers/<id:pk>/serve-again/",
        customer_steps.CustomerServedAgain.as_view(),
        name="customer-serve-again",
    ),
    path(
        "customers/<id:pk>/active/",
        customer_steps.CustomerActivity.as_view(),
        name="customer-active",
    ),
    path("customers/<id:pk>/sites/", sites.SiteList.as_view(), name="customer-sites"),
    path("customers/<id:pk>/sites/<id:site_pk>/", sites.SiteDetail.as_view(), name="customer-site"),
    path("customers/<id:pk>/units/", units.UnitList.as_view(), name="customer-units"),
    path("units/<id:pk>/", units.UnitDetail.as_view(), name="unit-detail"),
    path(
        "units/<id:pk>/windshield-replaced/",
        units.UnitWindshieldReplaced.as_view(),
        name="unit-windshield-replaced",
    ),
    path("units/<id:pk>/merge/", units.UnitMerge.as_view(), name="unit-merge"),
    path("technicians/", technicians.TechnicianList.as_view(), name="technician-list"),
    path("technicians/<id:pk>/", technicians.TechnicianDetail.as_view(), name="technician-detail"),
    path("jobs/", jobs.JobList.as_view(), name="job-list"),
    path("jobs/<id:pk>/", jobs.JobDetail.as_view(), name="job-detail"),
    path("jobs/<id:pk>/complete/", jobs.JobComplete.as_view(), name="job-complete"),
    path("jobs/<id:pk>/cancel/", jobs.JobCancel.as_view(), name="job-cancel"),
    path("jobs/<id:pk>/reopen/", jobs.JobReopen.as_view(), name="job-reopen"),
    path("jobs/<id:pk>/tasks/", jobs.JobTasks.as_view(), name="job-tasks"),
    path("jobs/<id:pk>/tasks/order/", jobs.JobTaskOrder.as_view(), name="job-task-order"),
    path("jobs/<id:pk>/history/", jobs.JobHistory.as_view(), name="job-history"),
    path("job-templates/", job_templates.TemplateList.as_view(), name="job-template-list"),
    path(
        "job-templates/<id:pk>/",
        job_templates.TemplateDetail.as_view(),
        name="job-template-detail",
    ),
    path(
        "job-templates/<id:pk>/items/order/",
        job_templates.TemplateOrder.as_view(),
        name="job-template-order",
    ),
    path("tasks/", tasks.TaskList.as_view(), name="task-list"),
    path("tasks/<id:pk>/", tasks.TaskDetail.as_view(), name="task-detail"),
    path(
        "tasks/<id:pk>/attachments/",
        task_pictures.TaskAttachments.as_view(),
        name="task-attachments",
    ),
    path(
        "attachments/<id:pk>/", task_pictures.AttachmentDetail.as_view(), name="attachment-detail"
    ),
    path("equipment/", equipment.EquipmentList.as_view(), name="equipment-list"),
    path("equipment/clashes/", equipment.EquipmentClashes.as_view(), name="equipment-clashes"),
    path("equipment/<id:pk>/", equipment.EquipmentDetail.as_view(), name="equipment-detail"),
    path("equipment/<id:pk>/usage/", equipment.EquipmentUsage.as_view(), name="equipment-usage"),
    path("appointments/", appointments.AppointmentList.as_view(), name="appointment-list"),
    path(
        "appointments/series/",
        appointments.AppointmentSeries.as_view(),
        name="appointment-series",
    ),
    path(
        "appointments/<id:pk>/",
        appointments.AppointmentDetail.as_view(),
        name="appointment-detail",
    ),
    path(
        "appointments/<id:pk>/cancel/",
        appointments.AppointmentCancel.as_view(),
        name="appointment-cancel",
    ),
    path(
        "appointments/<id:pk>/wish/",
        appointments.AppointmentWish.as_view(),
        name="appointment-wish",
    ),
    path("rewards/", rewards.Rewards.as_view(), name="rewards"),
    path("rewards/redeem/", rewards.RewardsRedeem.as_view(), name="rewards-redeem"),
    path("rewards/entries/", rewards.RewardEntryList.as_view(), name="reward-entry-list"),
    path(
        "rewards/adjustments/",
        rewards.RewardAdjustments.as_view(),
        name="reward-adjustment-list",
    ),
    path("rewards/terms/", reward_offers.RewardTermsView.as_view(), name="reward-terms"),
    path("redemptions/", rewards.RedemptionList.as_view(), name="redemption-list"),
    path("redemptions/<id:pk>/", rewards.RedemptionDetail.as_view(), name="redemption-detail"),
    path(
        "redemptions/<id:pk>/cancel/",
        rewards.RedemptionCancel.as_view(),
        name="redemption-cancel",
    ),
    path(
        "redemptions/<id:pk>/choose/",
        rewards.RedemptionChoose.as_view(),
        name="redemption-choose",
    ),
    path(
        "redemptions/<id:pk>/approve/",
        rewards.RedemptionApprove.as_view(),
        name="redemption-approve",
    ),
    path(
        "redemptions/<id:pk>/reject/",
        rewards.RedemptionReject.as_view(),
        name="redemption-reject",
    ),
    path(
        "redemptions/<id:pk>/fulfil/",
        rewards.RedemptionFulfil.as_view(),
        name="redemption-fulfil",
    ),
    path("reward-types/", reward_offers.RewardTypeList.as_view(), name="reward-type-list"),
    path(
        "reward-types/<id:pk>/",
        reward_offers.RewardTypeDetail.as_view(),
        name="reward-type-detail",
    ),
    path("reward-options/", reward_offers.RewardOptionList.as_view(), name="reward-option-list"),
    path(
        "reward-options/<id:pk>/",
        reward_offers.RewardOptionDetail.as_view(),
        name="reward-option-detail",
    ),
    path("referrals/", referrals.ReferralList.as_view(), name="referral-list"),
    path("referrals/code/", referrals.ReferralCodeView.as_view(), name="referral-code"),
    path("referrals/<id:pk>/refuse/", referrals.ReferralRefuse.as_view(), name="referral-refuse"),
    path("availability/", availability.Availability.as_view(), name="availability"),
    path("calendar-feeds/", calendar_feeds.CalendarFeedList.as_view(), name="calendar-feed-list"),
    path(
        "calendar-feeds/<id:pk>/",
        calendar_feeds.CalendarFeedDetail.as_view(),
        name="calendar-feed-detail",
    ),
    path("technician-dashboard/", day.TechnicianDashboard.as_view(), name="technician-dashboard"),
    path("analytics/", day.Analytics.as_view(), name="analytics"),
    path("notifications/", notifications.NotificationList.as_view(), name="notification-list"),
    path(
        "notifications/read-all/",
        notifications.NotificationReadAll.as_view(),
        name="notification-read-all",
    ),
    path(
        "notifications/<id:pk>/read/",
        notifications.NotificationRead.as_view(),
        name="notification-read",
    ),
    path("changes/", changes.ChangeList.as_view(), name="change-list"),
    path("schema/", documentation.SchemaView.as_view(), name="schema"),
    path("schema/swagger-ui/", documentation.swagger_ui, name="swagger-ui"),
    path("schema/redoc/", documentation.redoc, name="redoc"),
    re_path("^", unknown, name="unknown"),
]
