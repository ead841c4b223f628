package test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// ats is an applicant tracking system on this machine. It refuses the first request,
// as a system does that is being restarted.
type ats struct {
	*httptest.Server
	mu    sync.Mutex
	asked bool
	tries map[string][]try // by the candidate's ID
}

// try is a request to take a candidate.
type try struct {
	key   string // its Idempotency-Key
	taken bool
}

// atsToken is what the system asks for.
const atsToken = "token-of-the-ats"

func newATS(t *testing.T) *ats {
	t.Helper()
	a := &ats{tries: map[string][]try{}}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *ats) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var candidate struct{ ID string }
	if err := json.NewDecoder(r.Body).Decode(&candidate); err != nil || r.Method != http.MethodPut || path.Base(r.URL.Path) != candidate.ID {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+atsToken {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	taken := a.asked
	a.asked = true
	a.tries[candidate.ID] = append(a.tries[candidate.ID], try{r.Header.Get("Idempotency-Key"), taken})
	if !taken {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

// triesOf returns the requests to take a candidate, in their order.
func (a *ats) triesOf(candidate string) []try {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.tries[candidate])
}

// putSecret puts the value of a secret of the deployment.
func (d *deployment) putSecret(t *testing.T, name, value string) {
	t.Helper()
	id := d.secrets(t)[name].ARN
	must(secretsmanager.NewFromConfig(d.aws).PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: &id, SecretString: &value}))(t)
}
