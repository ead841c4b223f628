package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/fault"
)

func TestIsLooksThroughWrapping(t *testing.T) {
	err := fmt.Errorf("while testing: %w", fault.New(fault.Conflict, "It is %s.", "taken"))
	if !fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) || fault.Is(io.EOF, fault.Conflict) {
		t.Errorf("kind of %v not recognised", err)
	}
}

func TestBecauseKeepsTheCauseOutOfDetail(t *testing.T) {
	plain := fault.New(fault.Unavailable, "Not now.")
	err := plain.Because(io.ErrUnexpectedEOF)
	if err.Detail != "Not now." || !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(plain, io.ErrUnexpectedEOF) {
		t.Errorf("err = %+v, plain = %+v", err, plain)
	}
	if got, want := err.Error(), "unavailable: Not now.: unexpected EOF"; got != want {
		t.Errorf("for the log: %q; want %q", got, want)
	}
}

func TestParseKind(t *testing.T) {
	for _, kind := range []fault.Kind{
		fault.Invalid, fault.NotFound, fault.Conflict, fault.Unauthenticated, fault.Forbidden, fault.TooMany, fault.Unavailable,
	} {
		if got, ok := fault.ParseKind(string(kind)); !ok || got != kind {
			t.Errorf("ParseKind(%q) = %q, %t", kind, got, ok)
		}
	}
	for _, name := range []string{"", "internal", "Sandbox.Timedout"} {
		if got, ok := fault.ParseKind(name); ok || got != "" {
			t.Errorf("ParseKind(%q) = %q, %t", name, got, ok)
		}
	}
}

func TestFieldsAreAnErrorWhenThereAreAny(t *testing.T) {
	var wrong fault.Fields
	wrong.Require("name", "Ada")
	wrong.Check(true, "minutes", "must be positive")
	if err := wrong.Err(); err != nil {
		t.Errorf("nothing is wrong, but: %v", err)
	}
	wrong.Require("name", "  ")
	wrong.Check(false, "minutes", "must be %d at most", 60)
	err, ok := errors.AsType[*fault.Error](wrong.Err())
	if !ok || err.Kind != fault.Invalid {
		t.Fatalf("error = %v", wrong.Err())
	}
	want := []fault.Field{{Field: "name", Detail: "is required"}, {Field: "minutes", Detail: "must be 60 at most"}}
	if diff := cmp.Diff(want, err.Fields); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	if got, want := err.Error(), "invalid: The input is not valid.; name: is required; minutes: must be 60 at most"; got != want {
		t.Errorf("for the log: %q; want %q", got, want)
	}
}

func TestFieldsOfTexts(t *testing.T) {
	var wrong fault.Fields
	wrong.Text("name", "Zoë", 3)
	wrong.Text("long", "Zoës", 3)
	wrong.Text("binary", "\xff", 3)
	wrong.UTF8("nul", "a\x00")
	want := fault.Fields{
		{Field: "long", Detail: "must have 3 characters at most"},
		{Field: "binary", Detail: "must be text in UTF-8 without NUL characters"},
		{Field: "nul", Detail: "must be text in UTF-8 without NUL characters"},
	}
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}
