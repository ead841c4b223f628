package iam_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/seastack/seastack/tools/localcloud/iam"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// clock is a clock that a test sets.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// newService returns IAM with a role "web" that Lambda may assume.
func newService(t testing.TB) (*iam.Service, *wire.Env, *clock) {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := &clock{time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	env := &wire.Env{Account: "000000000000", Region: "us-east-1", Store: db, Now: c.Now, Log: slog.New(slog.DiscardHandler)}
	s, err := iam.New(env)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range s.Definition().Operations {
		if op.Name == "CreateRole" {
			call := &wire.Call{Env: env, Query: map[string][]string{
				"RoleName": {"web"}, "AssumeRolePolicyDocument": {lambdaTrust}}}
			if _, err := op.Handle(t.Context(), call); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s, env, c
}

const webARN = "arn:aws:iam::000000000000:role/web"

func wantWireCode(t *testing.T, err error, code string) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

func TestServiceSession(t *testing.T) {
	s, _, clock := newService(t)
	c, err := s.Session(webARN, "function", "lambda.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Principal(c.AccessKeyID, c.SessionToken)
	if err != nil || p.ARN != "arn:aws:sts::000000000000:assumed-role/web/function" || p.RoleARN != webARN {
		t.Errorf("principal %+v, %v", p, err)
	}
	clock.now = c.Expiration
	_, err = s.Principal(c.AccessKeyID, c.SessionToken)
	wantWireCode(t, err, "ExpiredToken")
}

func TestSessionNeedsTrust(t *testing.T) {
	s, _, _ := newService(t)
	_, err := s.Session(webARN, "x", "scheduler.amazonaws.com")
	wantWireCode(t, err, "AccessDenied")
	wantWireCode(t, s.CheckTrust("arn:aws:iam::000000000000:role/none", "lambda.amazonaws.com", ""), "AccessDenied")
	wantWireCode(t, s.CheckTrust("arn:aws:iam::000000000000:role/other/web", "lambda.amazonaws.com", ""), "AccessDenied")
	if err := s.CheckTrust(webARN, "lambda.amazonaws.com", ""); err != nil {
		t.Error(err)
	}
}

func TestUsersSessionsOutliveTheProcess(t *testing.T) {
	s, env, clock := newService(t)
	root, _ := s.Principal("test", "")
	c, err := s.Renew(root, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	again, err := iam.New(env)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := again.Principal(c.AccessKeyID, c.SessionToken); err != nil || p != root {
		t.Errorf("principal %+v, %v", p, err)
	}
	clock.now = clock.now.Add(2 * time.Hour)
	later, err := iam.New(env)
	if err != nil {
		t.Fatal(err)
	}
	_, err = later.Principal(c.AccessKeyID, c.SessionToken)
	wantWireCode(t, err, "InvalidClientTokenId")
}

func TestRootMayDoAnything(t *testing.T) {
	s, _, _ := newService(t)
	root, err := s.Principal("AKIAANYTHING", "")
	if err != nil || s.Authorize(root, "sqs:DeleteQueue", "*") != nil {
		t.Errorf("root %+v, %v", root, err)
	}
}

func TestSessionOfADeletedRoleMayDoNothing(t *testing.T) {
	s, _, _ := newService(t)
	gone := wire.Principal{ARN: "arn:aws:sts::000000000000:assumed-role/none/x", RoleARN: "arn:aws:iam::000000000000:role/none"}
	wantWireCode(t, s.Authorize(gone, "sqs:SendMessage", "*"), "AccessDenied")
}
