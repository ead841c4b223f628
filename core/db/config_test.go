package db

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/seastack/seastack/gen/names"
)

func TestOnlyThisMachineIsTrustedUnseen(t *testing.T) {
	for name, c := range map[string]struct {
		url string
		ok  bool
	}{
		"another machine, nothing said":    {"postgres://u:hunter2@db.example.com/d", true},
		"another machine, verified":        {"postgresql://u:hunter2@db.example.com/d?sslmode=verify-full", true},
		"another machine, not verified":    {"postgres://u:hunter2@db.example.com/d?sslmode=require", false},
		"another machine, name not looked": {"postgres://u:hunter2@db.example.com/d?sslmode=verify-ca", false},
		"another machine, perhaps TLS":     {"postgres://u:hunter2@db.example.com/d?sslmode=prefer", false},
		"another machine, no TLS":          {"postgres://u:hunter2@10.0.0.1/d?sslmode=disable", false},
		"this machine, no TLS":             {"postgres://u:hunter2@127.0.0.1/d?sslmode=disable", true},
		"this machine, by name":            {"postgres://u:hunter2@localhost/d?sslmode=disable", true},
		"this machine, IPv6":               {"postgres://u:hunter2@[::1]:5432/d?sslmode=disable", true},
		"this machine, a socket":           {"postgres://u:hunter2@/d?host=/run/postgresql", true},
		"the second of two":                {"postgres://u:hunter2@127.0.0.1,db.example.com/d?sslmode=disable", false},
		"a host beside the URL's":          {"postgres://u:hunter2@127.0.0.1/d?host=db.example.com&sslmode=disable", false},
		"no URL":                           {"host=127.0.0.1 password=hunter2", false},
		"no port":                          {"postgres://u:hunter2@127.0.0.1:port/d", false},
		"unknown mode":                     {"postgres://u:hunter2@127.0.0.1/d?sslmode=sometimes", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("PGSSLMODE", "")
			cfg, _, err := connConfig(credentials{Primary: c.url}, primaryRole, false)
			if (err == nil) != c.ok {
				t.Fatalf("error = %v; want one: %v", err, !c.ok)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is in the error: %v", err)
			}
			if err == nil && strings.HasPrefix(name, "another") && (cfg.TLSConfig == nil || cfg.TLSConfig.ServerName != "db.example.com") {
				t.Errorf("TLS = %+v", cfg.TLSConfig)
			}
		})
	}
}

func TestTheEnvironmentCannotWeakenTLS(t *testing.T) {
	t.Setenv("PGSSLMODE", "disable")
	if _, _, err := connConfig(credentials{Primary: "postgres://u@db.example.com/d"}, primaryRole, false); err == nil {
		t.Error("a connection without TLS was taken")
	}
}

func TestURLsMaySetTheSession(t *testing.T) {
	t.Setenv(names.StackVariable, "web")
	t.Setenv(names.FunctionVariable, "notes-get")
	cfg, _, err := connConfig(credentials{Primary: "postgres://u@127.0.0.1/d?statement_timeout=60000"}, replicaRole, false)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"statement_timeout": "60000", "idle_in_transaction_session_timeout": "15000",
		"application_name": "web/notes-get", "default_transaction_read_only": "on",
	} {
		if got := cfg.RuntimeParams[name]; got != want {
			t.Errorf("%s = %q; want %q", name, got, want)
		}
	}
}

func TestCredentials(t *testing.T) {
	c, err := parseCredentials(`{"primary":"p","replica":"r"}`, "primary")
	if err != nil || c.url(primaryRole) != "p" || c.url(replicaRole) != "r" {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = parseCredentials(`{"primary":"p"}`, "primary"); err != nil || c.url(replicaRole) != "p" {
		t.Errorf("without a replica: %+v, %v", c, err)
	}
	for _, text := range []string{"", "hunter2", `{"primary":7}`, `{"replica":"hunter2"}`} {
		if _, err := parseCredentials(text, "primary"); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: error = %v", text, err)
		}
	}
	for _, member := range []string{"replica", "analytics"} { // neither is served by the primary
		if _, err := parseCredentials(`{"primary":"hunter2"}`, member); err == nil || !strings.Contains(err.Error(), `has no "`+member+`"`) {
			t.Errorf("%s: error = %v", member, err)
		}
	}
	if c, err = parseCredentials(`{"analytics":"a"}`, "analytics"); err != nil || c.url(analyticsRole) != "a" || c.url(ownerRole) != "a" {
		t.Errorf("the analytics store: %+v, %v", c, err)
	}
	if _, _, err := connConfig(credentials{Primary: "postgres://127.0.0.1/d", CA: "no PEM"}, primaryRole, false); err == nil {
		t.Error("a CA that is none was taken")
	}
}

func TestBackoffGrowsWithinBounds(t *testing.T) {
	r := retries{first: 50 * time.Millisecond, most: time.Second}
	for attempt, most := range map[int]time.Duration{0: 50 * time.Millisecond, 1: 100 * time.Millisecond, 4: 800 * time.Millisecond, 5: time.Second, 1000: time.Second} {
		for range 100 {
			if got := r.backoff(attempt); got < most/2 || got > most {
				t.Fatalf("after try %d: %s; want from %s to %s", attempt, got, most/2, most)
			}
		}
	}
}

func TestWhatMayPass(t *testing.T) {
	server := func(code string) error { return &pgconn.PgError{Code: code} }
	for code, want := range map[string]bool{"57P03": true, "53300": true, "08006": true, "28P01": false, "3D000": false, "42P01": false, "42501": false, "08P01": false, "08004": false, "57P04": false, "0A000": false} {
		if got := isTransient(server(code)); got != want {
			t.Errorf("%s: transient = %v", code, got)
		}
	}
	if isTransient(errors.New("no connection's error")) || isTransient(pgx.ErrNoRows) {
		t.Error("any error is taken for transient")
	}
	if !isRefused(server("28P01")) || isRefused(server("57P03")) {
		t.Error("a refused password is not recognised")
	}
}

// TestPasswordsThatCutTheURL: a # or ? in a password that is not escaped must not
// end in a host that later errors show.
func TestPasswordsThatCutTheURL(t *testing.T) {
	for _, url := range []string{
		"postgres://u:12345#word@127.0.0.1/db", "postgres://u:12345?word@127.0.0.1/db", "postgres://u:pass/word@127.0.0.1/db",
	} {
		if _, err := withVerification(url); err == nil || strings.Contains(err.Error(), "12345") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}
