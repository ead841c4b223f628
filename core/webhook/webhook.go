package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/seastack/seastack/core/fault"
)

// Header is the usual name of the header with the signature.
const Header = "Webhook-Signature"

// DefaultTolerance is how old a signature may be, where Verifier.Tolerance is 0.
const DefaultTolerance = 5 * time.Minute

// The reasons for which Verify refuses a request: errors.Is finds them in its
// error, which is a fault of the kind Unauthenticated.
var (
	ErrMissing   = errors.New("webhook: no signature")
	ErrMalformed = errors.New("webhook: malformed signature")
	ErrForged    = errors.New("webhook: the signature is of no secret")
	ErrExpired   = errors.New("webhook: the signature is too old, or of the future")
)

// ErrNoSecret is the reason for which nothing can be verified; the error is a fault
// of the kind Unavailable.
var ErrNoSecret = errors.New("webhook: there is no secret")

// Sign returns the signature of a body that is sent at a time.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return fmt.Sprintf("t=%s,v1=%s", t, hex.EncodeToString(mac(secret, t, body)))
}

// mac returns the HMAC of a body that is sent at a time.
func mac(secret, t string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(t + "."))
	h.Write(body)
	return h.Sum(nil)
}

// Verifier verifies signatures.
type Verifier struct {
	// Secrets are those that senders may use: two while one is replaced by the other.
	// Empty ones are ignored.
	Secrets []string
	// Tolerance is how far the time of a signature may be from now, in either
	// direction; DefaultTolerance if 0.
	Tolerance time.Duration
	// Now returns the time; time.Now if nil.
	Now func() time.Time
}

// Verify reports whether a body was signed with one of the secrets, and recently.
// Its error says what a sender may know. Verify takes as long for a signature that
// is nearly right as for any other of its form.
func (v Verifier) Verify(header string, body []byte) error {
	s, err := parse(header)
	if err != nil {
		return err
	}
	known, err := v.knows(s, body)
	switch {
	case err != nil:
		return err
	case !known:
		return refused("The signature is not valid.", ErrForged)
	case v.age(s).Abs() > v.tolerance():
		return refused(fmt.Sprintf("The signature's time is more than %s from now.", v.tolerance()), ErrExpired)
	}
	return nil
}

// knows reports whether a signature is of one of the secrets. It compares all.
func (v Verifier) knows(s signature, body []byte) (known bool, err error) {
	secrets := 0
	for _, secret := range v.Secrets {
		if secret == "" {
			continue // anybody could sign with it
		}
		secrets++
		want := mac(secret, s.t, body)
		for _, sum := range s.sums {
			known = hmac.Equal(want, sum) || known
		}
	}
	if secrets == 0 {
		return false, fault.New(fault.Unavailable, "Signatures cannot be verified at the moment.").Because(ErrNoSecret)
	}
	return known, nil
}

func (v Verifier) tolerance() time.Duration {
	if v.Tolerance == 0 {
		return DefaultTolerance
	}
	return v.Tolerance
}

func (v Verifier) age(s signature) time.Duration {
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	return now().Sub(s.at)
}

func refused(detail string, reason error) error {
	return fault.New(fault.Unauthenticated, "%s", detail).Because(reason)
}
