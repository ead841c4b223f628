package secret_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/secret"
	"github.com/seastack/seastack/gen/names"
)

type login struct {
	User     string `json:"user"`
	Password string `json:"password"`
}

// vault is Secrets Manager with one secret.
type vault struct {
	text  atomic.Pointer[string] // nil: it refuses
	reads atomic.Int64
}

func (v *vault) set(text string) { v.text.Store(&text) }

func (v *vault) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	v.reads.Add(1)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	text := v.text.Load()
	if text == nil {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"ResourceNotFoundException","message":"Secrets Manager can't find the specified secret value"}`))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": *text})
}

func open[T any](t *testing.T, v *vault) secret.Value[T] {
	t.Helper()
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		names.SecretVariable("crm-login"): "arn:aws:secretsmanager:us-east-1:000000000000:secret:x", "AWS_ENDPOINT_URL": server.URL,
		"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	value, err := secret.NewValue[T](t.Context(), "crm-login")
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestGet(t *testing.T) {
	v := &vault{}
	v.set(`{"user":"ada","password":"p"}`)
	value := open[login](t, v)
	for range 3 {
		got, err := value.Get(t.Context())
		if err != nil || got != (login{"ada", "p"}) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	if n := v.reads.Load(); n != 1 {
		t.Errorf("read %d times, want once", n)
	}
}

func TestGetAText(t *testing.T) {
	type token string
	v := &vault{}
	v.set("not JSON")
	if got, err := open[token](t, v).Get(t.Context()); got != "not JSON" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestErrorsHaveNoValue(t *testing.T) {
	v := &vault{}
	v.set(`{"user": hunter2`)
	_, err := open[login](t, v).Get(t.Context())
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "crm-login") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error = %v", err)
	}
}

func TestASecretWithoutAValue(t *testing.T) {
	if _, err := open[login](t, &vault{}).Get(t.Context()); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v", err)
	}
}

func TestNewValueNeedsItsVariable(t *testing.T) {
	if _, err := secret.NewValue[login](t.Context(), "other"); err == nil || !strings.Contains(err.Error(), "SEASTACK_SECRET_OTHER") {
		t.Error(err)
	}
}

func TestFixed(t *testing.T) {
	if got, err := secret.Fixed(7).Get(t.Context()); got != 7 || err != nil {
		t.Error(got, err)
	}
}
