package webhook_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/webhook"
)

var (
	now  = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	body = []byte(`{"id":"1"}`)
)

func verifier(secrets ...string) webhook.Verifier {
	return webhook.Verifier{Secrets: secrets, Now: func() time.Time { return now }}
}

// TestSign: the form is that of other implementations; openssl has made this one:
//
//	printf '1772452800.{"id":"1"}' | openssl dgst -sha256 -hmac whsec_test
func TestSign(t *testing.T) {
	const want = "t=1772452800,v1=7451e6c884d5f316ba8a9f825739f2670f0a9428d3c61ee8def5af4995a66327"
	if got := webhook.Sign("whsec_test", now, body); got != want {
		t.Errorf("Sign = %s; want %s", got, want)
	}
}

func TestVerify(t *testing.T) {
	signed := func(secret string, at time.Time) string { return webhook.Sign(secret, at, body) }
	sum := func(header string) string { _, v1, _ := strings.Cut(header, ","); return v1 }
	good := signed("new", now)
	for _, c := range []struct {
		name, header string
		want         error
	}{
		{"the current secret", good, nil},
		{"the previous secret", signed("old", now), nil},
		{"a sender that changes its secret", signed("unknown", now) + "," + sum(good), nil},
		{"another scheme beside it", good + ",v0=abc", nil},
		{"spaces between the parts", strings.ReplaceAll(good, ",", ", "), nil},
		{"digits in upper case", "t=" + fmt.Sprint(now.Unix()) + ",v1=" + strings.ToUpper(sum(good)[3:]), nil},
		{"as old as may be", signed("new", now.Add(-5*time.Minute)), nil},
		{"as early as may be", signed("new", now.Add(5*time.Minute)), nil},
		{"too old", signed("new", now.Add(-5*time.Minute-time.Second)), webhook.ErrExpired},
		{"of the future", signed("new", now.Add(5*time.Minute+time.Second)), webhook.ErrExpired},
		{"an unknown secret", signed("unknown", now), webhook.ErrForged},
		{"the empty secret", signed("", now), webhook.ErrForged},
		{"another time", "t=" + fmt.Sprint(now.Unix()-1) + "," + sum(good), webhook.ErrForged},
		{"the time in other digits", "t=0" + fmt.Sprint(now.Unix()) + "," + sum(good), webhook.ErrForged},
		{"another body", webhook.Sign("new", now, []byte(`{"id":"2"}`)), webhook.ErrForged},
		{"too old, and forged", signed("unknown", now.Add(-time.Hour)), webhook.ErrForged},
		{"none", "", webhook.ErrMissing},
		{"blank", " ", webhook.ErrMissing},
		{"another form", "sha256=abc", webhook.ErrMalformed},
		{"no form", "Bearer x", webhook.ErrMalformed},
		{"no time", sum(good), webhook.ErrMalformed},
		{"no sum", "t=1772452800", webhook.ErrMalformed},
		{"two times", good + ",t=1", webhook.ErrMalformed},
		{"no number", "t=now," + sum(good), webhook.ErrMalformed},
		{"a negative time", "t=-1," + sum(good), webhook.ErrMalformed},
		{"a time that is too large", "t=99999999999999," + sum(good), webhook.ErrMalformed},
		{"a short sum", good[:len(good)-2], webhook.ErrMalformed},
		{"no hexadecimal digits", good[:len(good)-2] + "zz", webhook.ErrMalformed},
		{"many sums", good + strings.Repeat(","+sum(good), 8), webhook.ErrMalformed},
		{"too long", good + "," + strings.Repeat("x=1,", 300), webhook.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := verifier("new", "old", "").Verify(c.header, body)
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Fatalf("error = %v; want %v", err, c.want)
			}
			if err != nil && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("error = %v; want Unauthenticated", err)
			}
		})
	}
}

func TestVerifyWithoutASecret(t *testing.T) {
	err := verifier("").Verify(webhook.Sign("", now, body), body)
	if !errors.Is(err, webhook.ErrNoSecret) || !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v", err)
	}
}

// TestVerifyNow: the clock is the machine's, and the tolerance is the caller's.
func TestVerifyNow(t *testing.T) {
	v := webhook.Verifier{Secrets: []string{"s"}, Tolerance: time.Hour}
	if err := v.Verify(webhook.Sign("s", time.Now().Add(-50*time.Minute), body), body); err != nil {
		t.Error(err)
	}
	if err := v.Verify(webhook.Sign("s", time.Now().Add(-70*time.Minute), body), body); !errors.Is(err, webhook.ErrExpired) {
		t.Errorf("error = %v", err)
	}
}

// FuzzVerify: no header makes it panic, and none is taken that Sign has not made.
func FuzzVerify(f *testing.F) {
	good := webhook.Sign("s", now, body)
	for _, header := range []string{good, "", "t=", "t=1,v1=", "v1=,t=1", ",,,", "t=1772452800,v1=00", good + ",v1=", "=", good + "," + good} {
		f.Add(header)
	}
	_, sum, _ := strings.Cut(good, "v1=")
	f.Fuzz(func(t *testing.T, header string) {
		err := verifier("s").Verify(header, body)
		if err == nil && !(strings.Contains(header, "t=1772452800") && strings.Contains(strings.ToLower(header), "v1="+sum)) {
			t.Errorf("%q is a signature", header)
		}
		if err != nil && !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("error = %v", err)
		}
	})
}
