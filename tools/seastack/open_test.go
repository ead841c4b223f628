package main

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/gen/diag"
)

func TestBrowserCommand(t *testing.T) {
	const url = "http://127.0.0.1:4566/_localcloud/"
	for _, c := range []struct {
		system, browser string
		want            []string
	}{
		{"linux", "", []string{"xdg-open", url}},
		{"darwin", "", []string{"open", url}},
		{"darwin", "firefox --private-window", []string{"firefox", "--private-window", url}},
	} {
		if diff := cmp.Diff(c.want, browserCommand(c.system, c.browser, url)); diff != "" {
			t.Errorf("%s, BROWSER=%q (-want +got):\n%s", c.system, c.browser, diff)
		}
	}
}

func TestOpenBrowser(t *testing.T) {
	for browser, want := range map[string]string{"true": "", "false": diag.NoBrowser, "/no/such/browser": diag.NoBrowser} {
		t.Setenv("BROWSER", browser)
		err := openBrowser(t.Context(), "http://127.0.0.1:1/")
		var d diag.Diagnostic
		if errors.As(err, &d); d.Code != want {
			t.Errorf("BROWSER=%s: %v, want %q", browser, err, want)
		}
	}
}
