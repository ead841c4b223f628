package integrations

import (
	"context"

	"github.com/seastack/seastack/core/blob"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/outbox"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/imports"
)

// Uploads imports files that are uploaded.
type Uploads struct {
	service *imports.Service
	saved   outbox.Publisher[candidates.Saved]
}

// NewUploads returns the handler on the service.
func NewUploads(service *imports.Service, saved outbox.Publisher[candidates.Saved]) *Uploads {
	return &Uploads{service: service, saved: saved}
}

// Import imports a file of candidates. A file that is gone has nothing left to do.
//
//seastack:object created suffix=.csv batch=1
//seastack:function timeout=5m
func (h *Uploads) Import(ctx context.Context, o blob.Object[imports.File]) error {
	_, err := h.service.Import(ctx, o.Key, h.saved.Publish)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
