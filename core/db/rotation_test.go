package db_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seastack/seastack/core/db"
	"github.com/seastack/seastack/gen/names"
	"github.com/seastack/seastack/tools/postgres/dbtest"
)

// vault is a Secrets Manager with one secret.
type vault struct {
	mu     sync.Mutex
	secret map[string]string
	reads  int
}

func (v *vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var request struct{ SecretId string }
	_ = json.NewDecoder(r.Body).Decode(&request)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || request.SecretId != "arn:the-secret" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"ResourceNotFoundException","Message":"no such secret"}`))
		return
	}
	v.reads++
	text, _ := json.Marshal(v.secret)
	_ = json.NewEncoder(w).Encode(map[string]string{"SecretString": string(text)})
}

func (v *vault) put(primary, replica string) {
	v.hold(map[string]string{"primary": primary, "replica": replica})
}

func (v *vault) hold(secret map[string]string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.secret = secret
}

func (v *vault) taken() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reads
}

// newVault makes the environment that of a function whose secret this is.
func newVault(t *testing.T) *vault {
	t.Helper()
	v := &vault{}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		names.DatabaseSecretVariable: "arn:the-secret", "AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	return v
}

// role is a user of the database, with a password that can change.
type role struct {
	admin *db.Primary
	url   string
	name  string
}

func newRole(t *testing.T) *role {
	t.Helper()
	text := dbtest.URL(t)
	r := &role{admin: dbtest.Open(t, text), url: text, name: "seastack_test_" + strings.ToLower(rand.Text())}
	run(t, r.admin, `CREATE ROLE `+r.name+` LOGIN PASSWORD 'old'`)
	t.Cleanup(func() {
		if _, err := r.admin.Exec(context.Background(), `DROP ROLE `+r.name); err != nil {
			t.Error(err)
		}
	})
	return r
}

func (r *role) urlWith(t *testing.T, password string) string {
	t.Helper()
	u, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(r.name, password)
	return u.String()
}

// rotate changes the password and ends the role's connections.
func (r *role) rotate(t *testing.T, password string) {
	t.Helper()
	run(t, r.admin, `ALTER ROLE `+r.name+` PASSWORD '`+password+`'`)
	run(t, r.admin, `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1`, r.name)
}

func TestARotatedPasswordIsReadAgain(t *testing.T) {
	v, r := newVault(t), newRole(t)
	v.put(r.urlWith(t, "old"), "")
	primary, err := db.OpenPrimary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(primary.Close)
	if n := v.taken(); n != 0 {
		t.Errorf("the secret was read %d times before the first query", n)
	}
	for range 3 {
		if got := text(t, primary, `SELECT current_user`); got != r.name {
			t.Errorf("user %s", got)
		}
	}
	if n := v.taken(); n != 1 {
		t.Errorf("the secret was read %d times; want once", n)
	}

	r.rotate(t, "new")
	v.put(r.urlWith(t, "new"), "")
	primary.Freeze(time.Hour)
	if got := text(t, primary, `SELECT current_user`); got != r.name || v.taken() != 2 {
		t.Errorf("user %s after %d reads; want two", got, v.taken())
	}

	// A password that stays wrong is no reason to go on asking.
	r.rotate(t, "unknown")
	primary.Freeze(time.Hour)
	_, err = primary.Exec(t.Context(), `SELECT 1`)
	wantUnavailable(t, err)
	if n := v.taken(); n != 3 {
		t.Errorf("the secret was read %d times; want three", n)
	}
}

func TestTheReplicaHasItsOwnAddress(t *testing.T) {
	v := newVault(t)
	first, second := dbtest.URL(t), dbtest.URL(t)
	v.put(first, second)
	replica, err := db.OpenReplica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(replica.Close)
	if got := text(t, replica, `SELECT current_database()`); !strings.Contains(second, "/"+got) {
		t.Errorf("the replica is %s", got)
	}
	v.put(first, "")
	standIn, err := db.OpenReplica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(standIn.Close)
	if got := text(t, standIn, `SELECT current_database() || current_setting('transaction_read_only')`); !strings.Contains(first, strings.TrimSuffix(got, "on")) {
		t.Errorf("in the replica's stead: %s", got)
	}
}

func TestASecretThatCannotBeRead(t *testing.T) {
	newVault(t)
	t.Setenv(names.DatabaseSecretVariable, "arn:another")
	primary, err := db.OpenPrimary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = primary.Exec(t.Context(), `SELECT 1`)
	wantUnavailable(t, err)
	if !strings.Contains(err.Error(), "no such secret") {
		t.Errorf("the log would not say why: %v", err)
	}
}
