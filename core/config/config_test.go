package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seastack/seastack/core/config"
)

type settings struct {
	URL      *url.URL
	MaxAge   time.Duration `default:"5m"`
	HTTPPort uint16
	Ratio    float64
	Verbose  bool
	Count    int8 `env:"OTHER_COUNT"`
	Hosts    []string
	Waits    []time.Duration `default:"1s, 2s"`
	None     []int           `default:""`
	Address  netip.Addr
	Skipped  chan int `env:"-"`
	own      string   //lint:ignore U1000 it is there to be left alone
}

func setenv(t *testing.T, variables map[string]string) {
	t.Helper()
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

func TestNewValue(t *testing.T) {
	setenv(t, map[string]string{
		"T_URL": "https://example.com/a?b=c", "T_HTTP_PORT": "65535", "T_RATIO": "0.25", "T_VERBOSE": "true", "OTHER_COUNT": "-128",
		"T_HOSTS": "a, b ,c", "T_ADDRESS": "127.0.0.1", "T_OWN": "is not read",
	})
	v, err := config.NewValue[settings]("T_")
	if err != nil {
		t.Fatal(err)
	}
	want := settings{
		URL: &url.URL{Scheme: "https", Host: "example.com", Path: "/a", RawQuery: "b=c"}, MaxAge: 5 * time.Minute, HTTPPort: 65535, Ratio: 0.25,
		Verbose: true, Count: -128, Hosts: []string{"a", "b", "c"}, Waits: []time.Duration{time.Second, 2 * time.Second}, None: []int{},
		Address: netip.MustParseAddr("127.0.0.1"),
	}
	if diff := cmp.Diff(want, v.Get(), cmp.AllowUnexported(settings{}), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestASetVariableComesBeforeADefault, even if it is empty.
func TestASetVariableComesBeforeADefault(t *testing.T) {
	type empty struct {
		Text string `default:"never"`
	}
	t.Setenv("T_TEXT", "")
	if v, err := config.NewValue[empty]("T_"); err != nil || v.Get().Text != "" {
		t.Errorf("got %v, %v", v, err)
	}
}

// TestErrorsNameEachVariableAndNoValue: what is wrong is told at once, without the
// texts, which may be secrets.
func TestErrorsNameEachVariableAndNoValue(t *testing.T) {
	setenv(t, map[string]string{
		"T_URL": "hunter2.example.com", "T_HTTP_PORT": "65536", "T_VERBOSE": "hunter2", "T_MAX_AGE": "hunter2", "T_WAITS": "1s,hunter2",
		"T_ADDRESS": "hunter2", "T_RATIO": "hunter2",
	})
	_, err := config.NewValue[settings]("T_")
	if err == nil {
		t.Fatal("no error")
	}
	const want = "configuration config_test.settings: T_URL is not of type *url.URL; T_MAX_AGE is not of type time.Duration; " +
		"T_HTTP_PORT is not of type uint16; T_RATIO is not of type float64; T_VERBOSE is not of type bool; OTHER_COUNT is not set; " +
		"T_HOSTS is not set; T_WAITS is not a list of time.Duration with commas between them; T_ADDRESS is not of type netip.Addr"
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

func TestFixed(t *testing.T) {
	if got := config.Fixed(7).Get(); got != 7 {
		t.Error(got)
	}
}

type withSecret struct {
	Password config.Secret
	hidden   config.Secret
}

func TestSecretsAreNotPrinted(t *testing.T) {
	t.Setenv("T_PASSWORD", "hunter2")
	v, err := config.NewValue[withSecret]("T_")
	if err != nil || v.Get().Password.Reveal() != "hunter2" {
		t.Fatalf("got %q, %v", v.Get().Password.Reveal(), err)
	}
	all := v.Get()
	all.hidden = all.Password
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "settings", all, "password", all.Password, "value", v)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "settings", all, "password", all.Password, "pointer", &all.Password)
	raw, err := json.Marshal(map[string]any{"settings": all, "password": all.Password})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{logged.String(), string(raw), all.Password.String(), fmt.Sprint(v)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, value := range []any{all, &all, all.Password, &all.Password, v, []config.Secret{all.Password}, struct{ v config.Value[withSecret] }{v}} {
			texts = append(texts, fmt.Sprintf(verb, value))
		}
	}
	for _, text := range texts {
		if strings.Contains(text, "hunter2") || strings.Contains(text, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("printed: %s", text)
		}
	}
	if !strings.Contains(logged.String(), "password=[secret]") || fmt.Sprint(v) != "config.Value[config_test.withSecret]" {
		t.Errorf("got %s and %v", logged.String(), v)
	}
	if (config.Secret{}).Reveal() != "" {
		t.Error("a secret that is not set has a text")
	}
}
