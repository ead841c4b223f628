// Package oidc verifies JSON Web Tokens of OpenID Connect issuers as API Gateway
// does for HTTP APIs: it fetches and keeps the issuers' keys, and checks
// signatures and claims. It knows nothing of APIs, routes or authorizers.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
package oidc
