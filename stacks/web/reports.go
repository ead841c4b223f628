package web

import (
	"context"
	"time"

	"github.com/seastack/seastack/core/services/reports"
)

// Reports serves /reports.
type Reports struct{ service *reports.Service }

// NewReports returns the handlers on the service.
func NewReports(service *reports.Service) *Reports { return &Reports{service: service} }

// ReportInput chooses figures.
type ReportInput struct {
	Interviewer string `query:"interviewer"`
	Weeks       *int   `query:"weeks"` // absent: 4
}

// filter returns the input in the service's terms.
func (in ReportInput) filter() reports.Filter {
	f := reports.Filter{Interviewer: in.Interviewer, Weeks: 4}
	if in.Weeks != nil {
		f.Weeks = *in.Weeks
	}
	return f
}

// Validate says what is wrong with the input.
func (in ReportInput) Validate() error { return in.filter().Validate() }

// Report is figures per interviewer and week.
type Report struct {
	Weeks []reports.Week `json:"weeks"`
}

// List returns the figures of the last weeks, as of their last refresh.
//
//seastack:http GET /reports
func (h *Reports) List(ctx context.Context, in ReportInput) (*Report, error) {
	weeks, err := h.service.List(ctx, time.Now(), in.filter())
	if err != nil {
		return nil, err
	}
	return &Report{Weeks: weeks}, nil
}
