package etl

import (
	"context"
	"log/slog"

	"github.com/seastack/seastack/core/services/analytics"
)

// Facts keeps the facts up to date.
type Facts struct{ loader *analytics.Loader }

// NewFacts returns the handler on the loader.
func NewFacts(loader *analytics.Loader) *Facts { return &Facts{loader: loader} }

// Load copies what has changed since the last run. What it has no time for, the next
// run copies.
//
//seastack:schedule rate(15 minutes)
//seastack:function timeout=5m
func (h *Facts) Load(ctx context.Context) error {
	loaded, err := h.loader.Load(ctx)
	for _, l := range loaded {
		slog.InfoContext(ctx, "facts copied", "facts", l.Facts, "rows", l.Rows, "batches", l.Batches,
			"busy", l.Busy, "stopped", l.Stopped, "anew", l.Anew)
	}
	return err
}
