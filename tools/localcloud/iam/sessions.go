package iam

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam/policy"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Credentials are the temporary credentials of a session.
type Credentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

// session is the session that temporary credentials belong to.
type session struct {
	Key, Secret, Token string
	Principal          wire.Principal
	Issued, Expiration time.Time

	Restricted     bool              // it has session policies, which limit those of the role
	Policies       []string          // their documents
	Tags           map[string]string // session tags
	Transitive     []string          // the keys of the tags that sessions of this session inherit
	SourceIdentity string

	policies []*policy.Document // Policies, parsed
}

// sessions keeps the sessions that are valid. Sessions of users are stored; those
// of services are not, since services request new ones after a restart.
type sessions struct {
	mu    sync.RWMutex
	byKey map[string]*session
	kept  store.Collection[session]
}

func newSessions(env *wire.Env) (*sessions, error) {
	s := &sessions{byKey: map[string]*session{}, kept: store.In[session](env.Store, "iam/sessions")}
	all, err := s.kept.List("")
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.policies, err = parseAll(one.Policies); err == nil && one.Expiration.After(env.Now()) {
			s.byKey[one.Key] = &one
		} else if err := s.kept.Delete(one.Key); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// issue creates credentials of a session, and completes it. If keep is true, they
// remain valid after this process ends.
func (s *sessions) issue(one session, now time.Time, length time.Duration, keep bool) (Credentials, error) {
	c := Credentials{
		AccessKeyID: "ASIA" + random(16), SecretAccessKey: secret(30), SessionToken: secret(192),
		Expiration: now.Add(length).UTC().Truncate(time.Second),
	}
	one.Key, one.Secret, one.Token = c.AccessKeyID, c.SecretAccessKey, c.SessionToken
	one.Issued, one.Expiration = now, c.Expiration
	var err error
	if one.policies, err = parseAll(one.Policies); err != nil {
		return Credentials{}, err
	}
	if keep {
		if err := s.kept.Put(one.Key, one); err != nil {
			return Credentials{}, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetExpired(now)
	s.byKey[one.Key] = &one
	return c, nil
}

// noSession stands for a session that does not exist.
var noSession session

// find returns the session of an access key. It must not be changed. ok is false
// if there is none.
func (s *sessions) find(key string) (one *session, ok bool) {
	if key == "" {
		return &noSession, false
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if one, ok = s.byKey[key]; !ok {
		return &noSession, false
	}
	return one, true
}

// forgetExpired drops sessions a day after their end: until then their users get
// the error that they expired, not that they are unknown.
func (s *sessions) forgetExpired(now time.Time) {
	for key, one := range s.byKey {
		if now.Sub(one.Expiration) > 24*time.Hour {
			delete(s.byKey, key)
		}
	}
}

func secret(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	return base64.StdEncoding.EncodeToString(raw)
}

// Principal implements wire.Authority: temporary keys ("ASIA...") are those that
// were issued here, any other key belongs to the account's root.
func (s *Service) Principal(accessKeyID, sessionToken string) (wire.Principal, error) {
	if !strings.HasPrefix(accessKeyID, "ASIA") {
		return s.root(), nil
	}
	one, ok := s.sessions.find(accessKeyID)
	if !ok || subtle.ConstantTimeCompare([]byte(one.Token), []byte(sessionToken)) == 0 {
		return wire.Principal{}, wire.Errorf(http.StatusForbidden, "InvalidClientTokenId",
			"The security token included in the request is invalid.")
	}
	if !s.env.Now().Before(one.Expiration) {
		return wire.Principal{}, wire.Errorf(http.StatusForbidden, "ExpiredToken",
			"The security token included in the request is expired")
	}
	p := one.Principal
	if p.RoleARN != "" {
		p.Session = accessKeyID
	}
	return p, nil
}

// Secret returns the secret of an access key that was issued here. Any secret goes
// with another key, which is root's: then known is false.
func (s *Service) Secret(accessKeyID string) (secret string, known bool) {
	one, ok := s.sessions.find(accessKeyID)
	return one.Secret, ok
}
