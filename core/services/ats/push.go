package ats

import (
	"context"
	"errors"
	"log/slog"

	"github.com/seastack/seastack/core/config"
	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/secret"
	"github.com/seastack/seastack/core/services/candidates"
)

// Pusher sends candidates to the system.
type Pusher struct {
	primary    *db.Primary
	candidates *candidates.Service
	settings   config.Value[Settings]
	token      secret.Value[Token]
	pace       pace
}

// NewPusher returns a pusher to the system that the settings name.
func NewPusher(
	primary *db.Primary, candidates *candidates.Service, settings config.Value[Settings], token secret.Value[Token],
) *Pusher {
	return &Pusher{primary: primary, candidates: candidates, settings: settings, token: token, pace: pace{primary}}
}

// Push sends a candidate as it is now, unless the system has that version or has told
// it. An error says that the message must come again; after so many times as its
// queue allows, it is a dead letter, whose reason Sync has. A candidate that is gone
// has nothing left to do.
//
// All instances together start Settings.Rate requests in a second at most, and none
// while the system has asked for a pause, of maxPause at most, or has just failed. A
// version is sent once, and again only if the process dies before that is recorded:
// with the same Idempotency-Key.
func (p *Pusher) Push(ctx context.Context, m Change) error {
	sync, err := find(ctx, p.primary, m.CandidateID)
	if err != nil || sync.has(m.Version) {
		return err
	}
	c, err := p.candidates.Get(ctx, m.CandidateID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || sync.has(c.Version) {
		return err
	}
	settings := p.settings.Get()
	if settings.URL == "" {
		slog.InfoContext(ctx, "a candidate was not sent: no ATS is configured", "candidate", c.ID, "version", c.Version)
		return settle(ctx, p.primary, c.ID, c.Version, Skipped, "no ATS is configured")
	}
	if err := p.send(ctx, settings, c); err != nil {
		return errors.Join(err, fail(context.WithoutCancel(ctx), p.primary, c.ID, reasonOf(err)))
	}
	return errors.Join(settle(ctx, p.primary, c.ID, c.Version, Sent, ""), p.pace.succeed(ctx))
}

// send sends a candidate when its turn has come.
func (p *Pusher) send(ctx context.Context, settings Settings, c *candidates.Candidate) error {
	token, err := p.token.Get(ctx)
	if err != nil {
		return err
	}
	if err := p.pace.wait(ctx, settings.Rate); err != nil {
		return err
	}
	err = put(ctx, settings.URL, token, c)
	if r, ok := errors.AsType[*refusal](err); err == nil || ok && r.isOfOne() {
		return err
	} else if ok && r.after > 0 {
		return errors.Join(err, p.pace.pause(context.WithoutCancel(ctx), r.after))
	}
	return errors.Join(err, p.pace.backOff(context.WithoutCancel(ctx)))
}

// reasonOf returns what a caller may see of the error of an attempt.
func reasonOf(err error) string {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.Error()
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Detail
	}
	return "the ATS could not be reached"
}
