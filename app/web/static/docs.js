"use strict";

// Opens Swagger UI on our own OpenAPI document. A file of its own, for the page allows no inline script.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // Keys are gone with the page, not kept in the browser.
  persistAuthorization: false,
  // No badge of an outside validator, which would be sent the address of the document.
  validatorUrl: null,
});
