package processing

import (
	"context"
	"log/slog"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/applications"
)

// Applications reviews applications.
type Applications struct{ service *applications.Service }

// NewApplications returns the handlers on the service.
func NewApplications(service *applications.Service) *Applications {
	return &Applications{service: service}
}

// Review scores a submitted application. A message that comes again changes nothing,
// and one whose application is gone has nothing left to do.
//
//seastack:consume batch=10
func (h *Applications) Review(ctx context.Context, m applications.Submitted) error {
	_, err := h.service.Review(ctx, m.ApplicationID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// stale is how many applications one run reviews again at most.
const stale = 500

// Refresh reviews applications whose role was revised.
//
//seastack:schedule rate(5 minutes)
func (h *Applications) Refresh(ctx context.Context) error {
	reviewed, err := h.service.ReviewStale(ctx, stale)
	if reviewed > 0 {
		slog.InfoContext(ctx, "applications reviewed", "number", reviewed)
	}
	return err
}
