package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/services/applications"
	"github.com/seastack/seastack/core/services/candidates"
	"github.com/seastack/seastack/core/services/interviews"
	"github.com/seastack/seastack/core/services/notes"
	"github.com/seastack/seastack/core/services/outreach"
	"github.com/seastack/seastack/core/services/reports"
	"github.com/seastack/seastack/core/services/sourcing"
)

// How far the interviews reach into the past and the future, in days.
const (
	past   = 28
	future = 7
)

// Counts is what there is after Fill.
type Counts struct {
	Candidates, Roles, Applications, Interviews, Completed int
}

// String returns the counts as a sentence.
func (c Counts) String() string {
	return fmt.Sprintf("%d candidates, %d roles, %d applications, %d interviews, %d of them completed",
		c.Candidates, c.Roles, c.Applications, c.Interviews, c.Completed)
}

// Demo fills databases.
type Demo struct {
	candidates   *candidates.Service
	sourcing     *sourcing.Service
	applications *applications.Service
	interviews   *interviews.Service
	notes        *notes.Service
	reports      *reports.Service
	outreach     *outreach.Service
}

// New returns what fills a database. It calls the services that queues and events lead
// to itself, so that all can be seen at once.
func New(primary *db.Primary, replica *db.Replica) *Demo {
	people, scheduler := candidates.New(primary), interviews.New(primary)
	return &Demo{
		candidates: people, sourcing: sourcing.New(primary, replica), applications: applications.New(primary, people),
		interviews: scheduler, notes: notes.New(primary, scheduler), reports: reports.New(primary, replica, scheduler),
		outreach: outreach.New(primary),
	}
}

// Fill makes the data of the month around a time, where it is not there.
func (d *Demo) Fill(ctx context.Context, now time.Time) (c Counts, err error) {
	today := now.UTC().Truncate(24 * time.Hour)
	people, err := d.fillCandidates(ctx)
	if err != nil {
		return c, err
	}
	c.Candidates = len(people)
	if c.Roles, c.Applications, err = d.fillApplications(ctx, people); err != nil {
		return c, err
	}
	for day := today.AddDate(0, 0, -past); day.Before(today.AddDate(0, 0, future)); day = day.AddDate(0, 0, 1) {
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		made, completed, err := d.fillDay(ctx, people, day, day.Before(today))
		if err != nil {
			return c, err
		}
		c.Interviews, c.Completed = c.Interviews+made, c.Completed+completed
	}
	_, err = d.reports.Refresh(ctx, today.AddDate(0, 0, -past))
	return c, err
}

// chance returns random numbers that are the same for the same text.
func chance(format string, args ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, format, args...)
	return rand.New(rand.NewPCG(h.Sum64(), 0))
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// fillCandidates saves one candidate for each given name and family name that go
// together.
func (d *Demo) fillCandidates(ctx context.Context) (people []*candidates.Candidate, err error) {
	for i, first := range given {
		for j := range 4 {
			last := family[(i*4+j*7)%len(family)]
			r := chance("candidate %s %s", first, last)
			p := candidates.Profile{
				Email: fmt.Sprintf("%s.%s@example.com", first, last), Name: first + " " + last, Source: candidates.Upload,
				Headline: pick(r, headlines), Skills: some(r, skills), Location: pick(r, locations), ChangedAt: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			}
			var told *candidates.Saved
			c, _, err := d.candidates.Save(ctx, p, func(_ context.Context, _ pgx.Tx, s candidates.Saved) error { told = &s; return nil })
			if err != nil {
				return nil, err
			}
			if told != nil {
				if err := d.sourcing.Index(ctx, *told); err != nil {
					return nil, err
				}
			}
			people = append(people, c)
		}
	}
	return people, nil
}

// some returns a few of a list.
func some(r *rand.Rand, of []string) (few []string) {
	for _, i := range r.Perm(len(of))[:2+r.IntN(4)] {
		few = append(few, of[i])
	}
	return few
}

// fillApplications opens the roles and lets every other candidate apply for one.
func (d *Demo) fillApplications(ctx context.Context, people []*candidates.Candidate) (opened, submitted int, err error) {
	var open []*applications.Role
	for i, p := range positions {
		role, err := d.applications.OpenRole(ctx, fmt.Sprintf("demo/%d", i), p)
		if err != nil {
			return 0, 0, err
		}
		open = append(open, role)
	}
	for i, who := range people {
		if i%2 == 1 {
			continue
		}
		r := chance("application %s", who.Email)
		a, err := d.applications.Submit(ctx, applications.Form{
			CandidateID: who.ID, RoleID: pick(r, open).ID, Years: r.IntN(15), Cover: "I would like to work with you.",
		}, func(context.Context, pgx.Tx, applications.Submitted) error { return nil })
		if err != nil {
			return 0, 0, err
		}
		if _, err := d.applications.Review(ctx, a.ID); err != nil {
			return 0, 0, err
		}
		submitted++
	}
	return len(open), submitted, nil
}

// fillDay schedules the interviews of a day, and completes them where it is over.
func (d *Demo) fillDay(ctx context.Context, people []*candidates.Candidate, day time.Time, over bool) (made, completed int, err error) {
	for _, interviewer := range interviewers {
		r := chance("day %s %s", day.Format(time.DateOnly), interviewer)
		for n := range r.IntN(3) {
			plan := interviews.Plan{
				Candidate: pick(r, people).Name, Position: pick(r, positions).Title, Interviewer: interviewer,
				StartsAt: day.Add(time.Duration(9+3*n) * time.Hour), Minutes: 30 + 15*r.IntN(4),
				RequestKey: fmt.Sprintf("demo/%s/%s/%d", day.Format(time.DateOnly), interviewer, n),
			}
			i, err := d.interviews.Schedule(ctx, plan)
			if fault.Is(err, fault.Conflict) {
				continue // somebody has scheduled another one then
			}
			if err != nil {
				return made, completed, err
			}
			made++
			if over && r.IntN(10) > 0 {
				if err := d.complete(ctx, r, i.ID); err != nil {
					return made, completed, err
				}
				completed++
			}
		}
	}
	return made, completed, nil
}

// complete completes an interview, writes its notes and enrols the candidate, as the
// handlers of its event do.
func (d *Demo) complete(ctx context.Context, r *rand.Rand, id uuid.UUID) error {
	recommendation := pick(r, []interviews.Recommendation{interviews.StrongNo, interviews.No, interviews.Yes, interviews.Yes, interviews.StrongYes})
	done, err := d.interviews.Complete(ctx, id, recommendation, func(context.Context, pgx.Tx, interviews.Completion) error { return nil })
	if err != nil {
		return err
	}
	t, err := d.notes.Store(ctx, id, fmt.Sprintf(transcript, done.Interviewer, done.Candidate, pick(r, skills), 1+r.IntN(12), done.Candidate))
	if err != nil {
		return err
	}
	if err := d.notes.Summarise(ctx, notes.TranscriptReady{InterviewID: id, Version: t.Version}); err != nil {
		return err
	}
	sequence := outreach.Thanks
	if recommendation == interviews.Yes || recommendation == interviews.StrongYes {
		sequence = outreach.NextSteps
	}
	return d.outreach.Enrol(ctx, outreach.Enrolment{
		Key: "interview/" + id.String(), Candidate: done.Candidate, Sequence: sequence, At: *done.CompletedAt,
		Values: map[string]string{"position": done.Position, "interviewer": done.Interviewer},
	})
}
