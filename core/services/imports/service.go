package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/blob"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/deadline"
	"github.com/seastack/seastack/core/services/candidates"
)

// Service imports files.
type Service struct {
	primary    *db.Primary
	candidates *candidates.Service
	files      blob.Reader[File]
	reports    blob.Writer[Report]
}

// New returns the service on the database that takes its writes, and the bucket.
func New(
	primary *db.Primary, candidates *candidates.Service, files blob.Reader[File], reports blob.Writer[Report],
) *Service {
	return &Service{primary: primary, candidates: candidates, files: files, reports: reports}
}

// batchSize is how many rows one transaction saves.
const batchSize = 100

// Import saves the candidates of a file, announces those that have changed, and
// writes the report. Rows that are wrong are in the report, and keep no others out.
// Candidates that were changed since the file was uploaded stay as they are.
//
// An import that was interrupted goes on where it was, when its event comes again; of
// one that is finished, the report is written again. A file that is gone is NotFound;
// one that another invocation imports is a Conflict.
func (s *Service) Import(ctx context.Context, key string, announce candidates.Announce) (*Report, error) {
	content, err := s.files.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	id := identityOf(content.Info)
	report, err := s.begin(ctx, id)
	if err != nil {
		return nil, err
	}
	if report.FinishedAt == nil {
		if err := s.run(ctx, id, content, &report, announce); err != nil {
			return nil, err
		}
	}
	return &report, s.write(ctx, &report)
}

// run imports what is left of a file.
func (s *Service) run(ctx context.Context, id identity, content *blob.Content, report *Report, announce candidates.Announce) error {
	if content.Size > MaxSize {
		return s.save(ctx, id, report, step{last: true, refusal: fmt.Sprintf("the file has %d bytes; %d are allowed", content.Size, MaxSize)}, nil)
	}
	rows, refusal, err := newScanner(io.LimitReader(content, MaxSize), id.modified)
	if err != nil {
		return err
	}
	if refusal != "" {
		return s.save(ctx, id, report, step{last: true, refusal: refusal}, nil)
	}
	if _, _, err := rows.batch(report.Rows); err != nil { // that are done
		return err
	}
	for report.FinishedAt == nil {
		if deadline.Within(ctx, margin) {
			return fmt.Errorf("%d rows are done, and the others when the event comes again: %w", report.Rows, context.DeadlineExceeded)
		}
		entries, refusal, err := rows.batch(batchSize)
		if err != nil {
			return err
		}
		if err := s.save(ctx, id, report, step{entries, len(entries) < batchSize, refusal}, announce); err != nil {
			return err
		}
	}
	return nil
}

// margin is longer than a batch takes.
const margin = 5 * time.Second

// step is what one transaction imports.
type step struct {
	entries []entry
	last    bool
	refusal string
}

// save imports a step, and writes how far the import is with it.
func (s *Service) save(ctx context.Context, id identity, report *Report, st step, announce candidates.Announce) error {
	var after Report
	err := s.primary.Tx(ctx, func(tx pgx.Tx) error {
		after = *report
		if err := lock(ctx, tx, id, report.Rows); err != nil {
			return err
		}
		if err := s.saveAll(ctx, tx, &after, st.entries, announce); err != nil {
			return err
		}
		if after.Refusal = st.refusal; st.last {
			after.FinishedAt = &after.StartedAt // the database has the time
		}
		return advance(ctx, tx, id, &after)
	})
	if err == nil {
		*report = after
	}
	return err
}

// saveAll saves the candidates of entries, and counts them.
func (s *Service) saveAll(ctx context.Context, tx pgx.Tx, report *Report, entries []entry, announce candidates.Announce) error {
	entries = slices.Clone(entries) // this may run again
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.profile.Email, b.profile.Email) })
	var problems []Problem
	for _, e := range entries {
		report.Rows++
		if len(e.problems) == 0 {
			_, changed, err := s.candidates.SaveTx(ctx, tx, e.profile, announce)
			switch {
			case fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict):
				e.rejectFor(err)
			case err != nil:
				return err
			case changed:
				report.Saved++
			default:
				report.Unchanged++
			}
		}
		if len(e.problems) > 0 {
			report.Rejected++
			problems = append(problems, e.problems...)
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	all := append(slices.Clip(report.Problems), problems...)
	report.Problems = all[:min(len(all), MaxProblems)]
	return nil
}

// write writes a report.
func (s *Service) write(ctx context.Context, report *Report) error {
	raw, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	slog.InfoContext(ctx, "imported", "file", report.File, "rows", report.Rows, "saved", report.Saved, "rejected", report.Rejected)
	return s.reports.Put(ctx, reportKey(report.File), bytes.NewReader(raw), blob.ContentType("application/json"))
}
