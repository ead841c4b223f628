package profile_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/seastack/seastack/core/profile"
)

func TestSignedRequests(t *testing.T) {
	key, text, err := profile.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	if read, err := profile.ParsePrivateKey(text); err != nil || !read.Equal(key) {
		t.Fatalf("the key is read as another: %v", err)
	}
	public, err := profile.PublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	verify, err := profile.ParsePublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	good := profile.Request{Function: "web", Kind: profile.CPU, Times: 2, Expires: now.Add(time.Minute), Event: []byte(`{"a":1}`)}
	event, err := profile.Event(good, key)
	if err != nil {
		t.Fatal(err)
	}
	r, is, err := profile.Open(event, verify, "web", now)
	if err != nil || !is || string(r.Event) != `{"a":1}` || r.Times != 2 || r.Kind != profile.CPU {
		t.Errorf("%+v, %t, %v", r, is, err)
	}
	if _, is, err := profile.Open([]byte(`{"version":"2.0"}`), verify, "web", now); is || err != nil {
		t.Errorf("another event is a request: %t, %v", is, err)
	}
	forger, _, err := profile.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	forged, err := profile.Event(good, forger)
	if err != nil {
		t.Fatal(err)
	}
	often := good
	often.Times = profile.MaxTimes + 1
	tooOften, err := profile.Event(often, key)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		event    []byte
		function string
		at       time.Time
		want     error
	}{
		"another key":      {forged, "web", now, profile.ErrSignature},
		"changed":          {bytes.Replace(event, []byte(`"seastackProfile":"e`), []byte(`"seastackProfile":"f`), 1), "web", now, profile.ErrSignature},
		"no JSON":          {event[:len(event)-1], "web", now, profile.ErrSignature},
		"another function": {event, "other", now, profile.ErrOther},
		"late":             {event, "web", now.Add(time.Minute), profile.ErrExpired},
		"too often":        {tooOften, "web", now, profile.ErrBounds},
	} {
		if _, is, err := profile.Open(c.event, verify, c.function, c.at); !is || !errors.Is(err, c.want) {
			t.Errorf("%s: %t, %v; want %v", name, is, err, c.want)
		}
	}
}

func TestKeysThatAreNone(t *testing.T) {
	for _, text := range []string{"", "AAAA", "no base64", "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"} {
		if _, err := profile.ParsePublicKey(text); err == nil {
			t.Errorf("%q is a public key", text)
		}
		if _, err := profile.ParsePrivateKey([]byte(text)); err == nil {
			t.Errorf("%q is a private key", text)
		}
	}
}

func TestTake(t *testing.T) {
	for _, kind := range profile.Kinds {
		calls := 0
		a, err := profile.Take(profile.Request{Kind: kind, Times: 3}, time.Time{}, func() error {
			if calls++; calls == 2 {
				return errors.New("it fails")
			}
			return nil
		})
		if err != nil || calls != 3 || len(a.Durations) != 3 || a.Failures != 1 || a.Error != "it fails" {
			t.Fatalf("%s: %+v after %d calls, %v", kind, a, calls, err)
		}
		unzipped, err := gzip.NewReader(bytes.NewReader(a.Profile))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if text, err := io.ReadAll(unzipped); err != nil || !strings.Contains(string(text), map[profile.Kind]string{
			profile.CPU: "cpu", profile.Heap: "inuse_space", profile.Allocs: "alloc_space"}[kind]) {
			t.Errorf("%s: the profile is not one, %v", kind, err)
		}
	}
	if _, err := profile.Take(profile.Request{Kind: "wall", Times: 1}, time.Time{}, nil); err == nil {
		t.Error("there is a profile of an unknown kind")
	}
}

func TestTakeEnds(t *testing.T) {
	pause := func() error { time.Sleep(5 * time.Millisecond); return nil }
	for name, c := range map[string]struct {
		r        profile.Request
		deadline time.Time
	}{
		"in time":             {profile.Request{Kind: profile.Heap, Times: profile.MaxTimes, For: 20 * time.Millisecond}, time.Time{}},
		"once at least":       {profile.Request{Kind: profile.Heap, Times: profile.MaxTimes, For: 1}, time.Time{}},
		"before the deadline": {profile.Request{Kind: profile.Heap, Times: profile.MaxTimes}, time.Now().Add(time.Second)},
	} {
		a, err := profile.Take(c.r, c.deadline, pause)
		if err != nil || len(a.Durations) == 0 || len(a.Durations) > 10 {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}
