"use strict";

// Starts Swagger UI from what the page says of itself, for scripts inside pages are refused.
const root = document.getElementById("swagger-ui");

SwaggerUIBundle({
  url: root.dataset.schema,
  domNode: root,
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  requestInterceptor: (request) => {
    const sameHost = new URL(request.url, document.baseURI).host === window.location.host;
    if (sameHost && root.dataset.csrf) {
      request.headers["X-CSRFToken"] = root.dataset.csrf;
    }
    return request;
  },
});
