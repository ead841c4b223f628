package graph

import (
	"context"
	"time"

	"github.com/graph-gophers/graphql-go"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/reports"
)

// report is a Report of the schema.
type report struct {
	Interviewer string
	Week        graphql.Time
	Scheduled   int32
	Completed   int32
	Minutes     int32
	Recommended int32
	RefreshedAt graphql.Time
}

// reportArgs are the arguments of Query.reports.
type reportArgs struct {
	Weeks       int32
	Interviewer string
}

// rowsOfWeek is what a week of reports is taken to cost.
const rowsOfWeek = 20

// Reports resolves Query.reports.
func (r *root) Reports(ctx context.Context, args reportArgs) ([]*report, error) {
	var wrong fault.Fields
	wrong.UTF8("interviewer", args.Interviewer)
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	filter := reports.Filter{Interviewer: args.Interviewer, Weeks: int(args.Weeks)}
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	if err := spend(ctx, filter.Weeks*rowsOfWeek); err != nil {
		return nil, err
	}
	weeks, err := r.reports.List(ctx, time.Now(), filter)
	if err != nil {
		return nil, err
	}
	all := make([]*report, len(weeks))
	for n, w := range weeks {
		all[n] = &report{
			Interviewer: w.Interviewer, Week: timeOf(w.Week), Scheduled: int32(w.Scheduled),
			Completed: int32(w.Completed), Minutes: int32(w.Minutes), Recommended: int32(w.Recommended),
			RefreshedAt: timeOf(w.RefreshedAt),
		}
	}
	return all, nil
}
