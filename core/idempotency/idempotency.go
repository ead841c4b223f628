package idempotency

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/core/fault"
)

// Schema is the SQL that makes the table.
//
//go:embed schema.sql
var Schema string

// DefaultKeep is how long a result is kept where Key.Keep is 0.
const DefaultKeep = 24 * time.Hour

// MaxValue is how many bytes a key may have.
const MaxValue = 255

// Key names a request.
type Key struct {
	// Scope is what keys must be unique in: the operation, and the tenant where
	// there are some. "interviews.schedule".
	Scope string
	// Value is the key itself: an Idempotency-Key header, a message's ID.
	Value string
	// Request is what the key was given for, as JSON. A key that comes with another
	// request is a fault of the kind Invalid.
	Request any
	// Keep is how long the result is kept; DefaultKeep if 0.
	Keep time.Duration
}

func (k Key) fingerprint() ([]byte, error) {
	raw, err := json.Marshal(k.Request)
	if err != nil {
		return nil, fmt.Errorf("idempotency: the request of %s is not JSON: %w", k.Scope, err)
	}
	sum := sha256.Sum256(raw)
	return sum[:], nil
}

func (k Key) check() error {
	switch {
	case k.Scope == "":
		return errors.New("idempotency: a key has no scope")
	case k.Value == "" || len(k.Value) > MaxValue:
		return fault.New(fault.Invalid, "The idempotency key must have 1 to %d bytes.", MaxValue)
	}
	return nil
}

func (k Key) keep() string { return interval(cmp.Or(k.Keep, DefaultKeep)) }

// Do returns the result that f had for the key, or calls f and keeps its result. f
// works in a transaction, with which the result commits: an error of f keeps
// nothing, and the next caller tries again. While f runs for a key, another caller
// of Do gets a fault of the kind Conflict. T is kept as JSON.
func Do[T any](ctx context.Context, primary *db.Primary, key Key, f func(pgx.Tx) (T, error)) (result T, err error) {
	print, err := prepare(key)
	if err != nil {
		return result, err
	}
	err = primary.Tx(ctx, func(tx pgx.Tx) error {
		var free bool
		err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 0))`, key.Scope, key.Value).Scan(&free)
		if err != nil {
			return err
		}
		if !free {
			return inFlight()
		}
		kept, err := find(ctx, tx, key, print)
		if err != nil {
			return err
		}
		if kept != nil {
			return replay(kept, &result)
		}
		if result, err = f(tx); err != nil {
			return err
		}
		return store(ctx, tx, key, print, result)
	})
	return result, err
}

func prepare(key Key) ([]byte, error) {
	if err := key.check(); err != nil {
		return nil, err
	}
	return key.fingerprint()
}

// find returns the result that is kept for a key; nil where there is none.
func find(ctx context.Context, tx pgx.Tx, key Key, print []byte) (result []byte, err error) {
	var kept []byte
	var claimed bool
	err = tx.QueryRow(ctx, `
		SELECT fingerprint, result, result IS NULL AND claimed_until > now() FROM idempotency_keys
		WHERE scope = $1 AND key = $2 AND expires_at > now()`, key.Scope, key.Value).Scan(&kept, &result, &claimed)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case !bytes.Equal(kept, print):
		return nil, fault.New(fault.Invalid, "The idempotency key was used for another request.")
	case claimed:
		return nil, inFlight()
	}
	return result, nil
}

func inFlight() error {
	return fault.New(fault.Conflict, "A request with the same idempotency key is being handled.")
}

func replay(kept []byte, result any) error {
	if err := json.Unmarshal(kept, result); err != nil {
		return fmt.Errorf("idempotency: the result that is kept is no %T: %w", result, err)
	}
	return nil
}

// encode returns a result as it is kept.
func (k Key) encode(result any) ([]byte, error) {
	raw, err := json.Marshal(result)
	if err != nil {
		return nil, fmt.Errorf("idempotency: the result of %s is not JSON: %w", k.Scope, err)
	}
	return raw, nil
}

// store keeps a result, in place of one that has expired.
func store(ctx context.Context, tx pgx.Tx, key Key, print []byte, result any) error {
	raw, err := key.encode(result)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO idempotency_keys (scope, key, fingerprint, result, expires_at)
		VALUES ($1, $2, $3, $4, now() + $5::interval)
		ON CONFLICT (scope, key) DO UPDATE SET
			fingerprint = excluded.fingerprint, result = excluded.result, expires_at = excluded.expires_at, claim = NULL, claimed_until = NULL`,
		key.Scope, key.Value, print, raw, key.keep())
	return err
}

// Run returns the result that f had for the key, or calls f and keeps its result.
// While a caller is in f, for lease at most, another one gets a fault of the kind
// Conflict. An error of f keeps nothing. Where a process dies between f's effect and
// the end of Run, f runs again after the lease: give f the means to find out. A
// lease must be longer than f takes.
func Run[T any](ctx context.Context, primary *db.Primary, key Key, lease time.Duration, f func(context.Context) (T, error)) (result T, err error) {
	print, err := prepare(key)
	if err != nil {
		return result, err
	}
	claim := uuid.New()
	kept, err := take(ctx, primary, key, print, claim, lease)
	if err != nil {
		return result, err
	}
	if kept != nil {
		return result, replay(kept, &result)
	}
	if result, err = f(ctx); err != nil {
		return result, errors.Join(err, giveBack(ctx, primary, key, claim))
	}
	return result, settle(ctx, primary, key, claim, result)
}

// take claims a key; it returns the result where there is one already.
func take(ctx context.Context, primary *db.Primary, key Key, print []byte, claim uuid.UUID, lease time.Duration) (kept []byte, err error) {
	err = primary.Tx(ctx, func(tx pgx.Tx) error {
		kept = nil
		tag, err := tx.Exec(ctx, `
			INSERT INTO idempotency_keys (scope, key, fingerprint, claim, claimed_until, expires_at)
			VALUES ($1, $2, $3, $4, now() + $5::interval, now() + $5::interval + $6::interval)
			ON CONFLICT (scope, key) DO UPDATE SET
				fingerprint = excluded.fingerprint, result = NULL, claim = excluded.claim,
				claimed_until = excluded.claimed_until, expires_at = excluded.expires_at
			WHERE idempotency_keys.expires_at <= now()
			   OR idempotency_keys.result IS NULL AND idempotency_keys.claimed_until <= now() AND idempotency_keys.fingerprint = excluded.fingerprint`,
			key.Scope, key.Value, print, claim, interval(lease), key.keep())
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		kept, err = find(ctx, tx, key, print)
		if err == nil && kept == nil {
			err = inFlight() // the row changed between the two statements
		}
		return err
	})
	return kept, err
}

// cleanup bounds what is done after f, when the caller may have gone.
const cleanup = 5 * time.Second

// giveBack lets the next caller try at once.
func giveBack(ctx context.Context, primary *db.Primary, key Key, claim uuid.UUID) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	_, err := primary.Exec(ctx, `DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND claim = $3 AND result IS NULL`,
		key.Scope, key.Value, claim)
	return err
}

// settle keeps the result of f, unless the lease has ended and another caller has
// taken the key.
func settle(ctx context.Context, primary *db.Primary, key Key, claim uuid.UUID, result any) error {
	raw, err := key.encode(result)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	_, err = primary.Exec(ctx, `
		UPDATE idempotency_keys SET result = $4, claim = NULL, claimed_until = NULL, expires_at = now() + $5::interval
		WHERE scope = $1 AND key = $2 AND claim = $3`, key.Scope, key.Value, claim, raw, key.keep())
	return err
}

// Sweep removes results that have expired, most of them at a time, and returns how
// many it has removed.
func Sweep(ctx context.Context, primary *db.Primary, most int) (int64, error) {
	tag, err := primary.Exec(ctx, `
		DELETE FROM idempotency_keys WHERE (scope, key) IN (
			SELECT scope, key FROM idempotency_keys WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`, most)
	return tag.RowsAffected(), err
}

// interval returns a duration as PostgreSQL reads it.
func interval(d time.Duration) string { return fmt.Sprintf("%d microseconds", d.Microseconds()) }
