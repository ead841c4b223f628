package main

import (
	"errors"
	"testing"
	"time"
)

func TestCostFailed(t *testing.T) {
	want := "SEA5051: what the functions of sandbox have used cannot be read: no function is deployed\n" +
		"    next: see that it is deployed, and to credentials that may read functions, metrics, alarms, logs and secrets"
	if got := costFailed("sandbox", errors.New("no function is deployed")).Error(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestCostWindow: each environment has a default, and metrics that are kept so long.
func TestCostWindow(t *testing.T) {
	for _, c := range []struct {
		env         string
		since, want time.Duration // 0: refused
	}{
		{"local", 0, time.Hour}, {"local", 3 * time.Hour, 3 * time.Hour}, {"local", 3*time.Hour + 1, 0}, {"local", time.Second, 0},
		{"live", 0, 24 * time.Hour}, {"live", 720 * time.Hour, 720 * time.Hour}, {"live", 456 * 24 * time.Hour, 0},
	} {
		got, err := costFlags{env: c.env, since: c.since}.window()
		if got != c.want || (err != nil) != (c.want == 0) {
			t.Errorf("%s, --since %s: %s, %v", c.env, c.since, got, err)
		}
	}
}
