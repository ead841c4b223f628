package reporting

import (
	"context"
	"log/slog"
	"time"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/reports"
)

// span is how far back figures still change: interviews are completed in the
// weeks after they were held.
const span = 8 * 7 * 24 * time.Hour

// Reports keeps the figures up to date.
type Reports struct{ service *reports.Service }

// NewReports returns the handlers on the service.
func NewReports(service *reports.Service) *Reports { return &Reports{service: service} }

// Refresh counts the interviews of the last eight weeks, and of those to come.
//
//seastack:schedule rate(1 hour)
func (h *Reports) Refresh(ctx context.Context) error {
	rows, err := h.service.Refresh(ctx, time.Now().Add(-span))
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "figures refreshed", "rows", rows)
	return nil
}

// Record counts anew the weeks of interviews that were completed. An event that
// comes again changes nothing.
//
//seastack:on batch=100 window=1s
func (h *Reports) Record(ctx context.Context, completed []interviews.Completion) error {
	type week struct {
		interviewer string
		monday      time.Time
	}
	failed, counted := fault.Items{}, map[week]error{}
	for i, c := range completed {
		w := week{c.Interviewer, reports.Monday(c.StartsAt)}
		err, done := counted[w]
		if !done {
			err = h.service.Recount(ctx, w.interviewer, w.monday)
			counted[w] = err
		}
		if err != nil {
			failed[i] = err
		}
	}
	return failed.Err()
}
