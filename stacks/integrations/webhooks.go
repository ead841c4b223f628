package integrations

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/function"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/secret"
	"github.com/seastack/seastack/core/services/ats"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/webhook"
)

// Webhooks takes what the ATS tells.
type Webhooks struct {
	service *ats.Service
	secrets secret.Value[ats.WebhookSecrets]
	saved   outbox.Publisher[candidates.Saved]
}

// NewWebhooks returns the handlers on the service, and the secrets of the ATS.
func NewWebhooks(
	service *ats.Service, secrets secret.Value[ats.WebhookSecrets], saved outbox.Publisher[candidates.Saved],
) *Webhooks {
	return &Webhooks{service: service, secrets: secrets, saved: saved}
}

// ATS takes a delivery that the ATS has signed. It takes the event itself, as the
// signature is of the body's bytes.
//
//seastack:http POST /webhooks/ats auth=public
func (h *Webhooks) ATS(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	d, err := h.verified(ctx, e)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	if err := d.Validate(); err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	if !d.Known() {
		slog.InfoContext(ctx, "a delivery was ignored: its type is not known", "type", d.Type, "delivery", d.ID)
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusAccepted}, nil
	}
	receipt, err := h.service.Receive(ctx, d, h.saved.Publish)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{}, err
	}
	body, err := json.Marshal(receipt)
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusOK, Headers: map[string]string{"content-type": "application/json"}, Body: string(body),
	}, err
}

// verified returns the delivery of a request whose signature is valid.
func (h *Webhooks) verified(ctx context.Context, e events.APIGatewayV2HTTPRequest) (d ats.Delivery, err error) {
	body, err := function.RawBody(e, ats.MaxDelivery)
	if err != nil {
		return d, err
	}
	secrets, err := h.secrets.Get(ctx)
	if err != nil {
		return d, err
	}
	verifier := webhook.Verifier{Secrets: []string{secrets.Current, secrets.Previous}}
	if err := verifier.Verify(e.Headers["webhook-signature"], body); err != nil {
		return d, err
	}
	if d, err = ats.ParseDelivery(body); err != nil {
		return d, &function.Problem{Status: http.StatusBadRequest, Detail: "The body is no delivery in JSON."}
	}
	return d, nil
}
