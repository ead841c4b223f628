package lambda

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// policy is the resource policy of a function, a version or an alias.
type policy struct {
	Statements []statement
	RevisionId string
}

// statement is one permission, in the shape of IAM's policy language.
type statement struct {
	Sid       string
	Effect    string
	Principal any // "*", or {"Service": ...}, or {"AWS": ...}
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

type policyDocument struct {
	Version   string
	Id        string
	Statement []statement
}

type addPermissionInput struct {
	StatementId         string
	Action              string
	Principal           string
	SourceArn           string
	SourceAccount       string
	EventSourceToken    string
	PrincipalOrgID      string
	FunctionUrlAuthType string
	RevisionId          string
}

type addPermissionOutput struct{ Statement string }

var (
	sidExpr    = regexp.MustCompile(`^[a-zA-Z0-9-_]+$`)
	actionExpr = regexp.MustCompile(`^(lambda:[*]|lambda:[a-zA-Z]+|[*])$`)
)

func (in *addPermissionInput) check() error {
	var v apierror.Violations
	if !sidExpr.MatchString(in.StatementId) {
		v.Add(in.StatementId, "statementId", "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)")
	}
	if !actionExpr.MatchString(in.Action) {
		v.Add(in.Action, "action", "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])")
	}
	if err := v.Err(); err != nil {
		return err
	}
	if in.Principal == "" {
		return apierror.Invalid("The provided principal was invalid. Please check the principal and try again.")
	}
	return nil
}

func (s *Service) addPermission(_ context.Context, c *wire.Call, in *addPermissionInput) (*addPermissionOutput, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	if r.Qualifier == names.Latest {
		return nil, apierror.Invalid("We currently do not support adding policies for $LATEST.")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	st := in.statement(s.names.ARN(r))
	err = s.changePolicy(r, in.RevisionId, func(p *policy) error {
		if slices.ContainsFunc(p.Statements, func(o statement) bool { return o.Sid == st.Sid }) {
			return apierror.Conflict("The statement id (%s) provided already exists. "+
				"Please provide a new statement id, or remove the existing statement.", st.Sid)
		}
		p.Statements = append(p.Statements, st)
		return nil
	})
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(st)
	return &addPermissionOutput{string(raw)}, err
}

func (in *addPermissionInput) statement(resource string) statement {
	st := statement{
		Sid: in.StatementId, Effect: "Allow", Principal: principal(in.Principal), Action: in.Action, Resource: resource,
		Condition: map[string]map[string]string{},
	}
	equals := map[string]string{}
	for key, value := range map[string]string{
		"AWS:SourceAccount": in.SourceAccount, "lambda:EventSourceToken": in.EventSourceToken,
		"aws:PrincipalOrgID": in.PrincipalOrgID, "lambda:FunctionUrlAuthType": in.FunctionUrlAuthType,
	} {
		if value != "" {
			equals[key] = value
		}
	}
	if len(equals) > 0 {
		st.Condition["StringEquals"] = equals
	}
	if in.SourceArn != "" {
		st.Condition["ArnLike"] = map[string]string{"AWS:SourceArn": in.SourceArn}
	}
	return st
}

var accountExpr = regexp.MustCompile(`^\d{12}$`)

func principal(given string) any {
	switch {
	case given == "*":
		return given
	case accountExpr.MatchString(given):
		return map[string]any{"AWS": "arn:aws:iam::" + given + ":root"}
	case strings.HasPrefix(given, "arn:"):
		return map[string]any{"AWS": given}
	}
	return map[string]any{"Service": given}
}

// changePolicy changes the policy of what r names; f may refuse.
func (s *Service) changePolicy(r names.Reference, revision string, f func(*policy) error) error {
	return s.update(func(tx *store.Tx) error {
		if _, _, err := s.versionTx(tx, r); err != nil {
			return err
		}
		p, _, err := s.policies.GetTx(tx, r.Key())
		if err != nil {
			return err
		}
		if revision != "" && revision != p.RevisionId {
			return apierror.StaleRevision()
		}
		if err := f(&p); err != nil {
			return err
		}
		p.RevisionId = uuid.NewString()
		if len(p.Statements) == 0 {
			return s.policies.DeleteTx(tx, r.Key())
		}
		return s.policies.PutTx(tx, r.Key(), p)
	})
}

func (s *Service) removePermission(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	sid := c.Path["StatementId"]
	return nil, s.changePolicy(r, c.Query.Get("RevisionId"), func(p *policy) error {
		if len(p.Statements) == 0 {
			return apierror.NoSuchResource()
		}
		before := len(p.Statements)
		p.Statements = slices.DeleteFunc(p.Statements, func(o statement) bool { return o.Sid == sid })
		if len(p.Statements) == before {
			return apierror.NotFound("Statement %s is not found in resource policy.", sid)
		}
		return nil
	})
}

type getPolicyOutput struct{ Policy, RevisionId string }

func (s *Service) getPolicy(_ context.Context, c *wire.Call, _ *names.None) (*getPolicyOutput, error) {
	r, err := s.names.Target(c)
	if err != nil {
		return nil, err
	}
	var p policy
	err = s.env.Store.View(func(tx *store.Tx) error {
		if _, _, err := s.versionTx(tx, r); err != nil {
			return err
		}
		var ok bool
		if p, ok, err = s.policies.GetTx(tx, r.Key()); err == nil && !ok {
			err = apierror.NoSuchResource()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(policyDocument{"2012-10-17", "default", p.Statements})
	return &getPolicyOutput{string(raw), p.RevisionId}, err
}

// permit says whether a service may invoke what r names, for a source.
func (s *Service) permit(r names.Reference, service, sourceARN string) error {
	p, _, err := s.policies.Get(r.Key())
	if err != nil {
		return err
	}
	for _, st := range p.Statements {
		if st.allows(service, sourceARN, s.env.Account) {
			return nil
		}
	}
	e := apierror.Denied("User: %s is not authorized to perform: lambda:InvokeFunction on resource: %s "+
		"because no resource-based policy allows the lambda:InvokeFunction action", service, s.names.ARN(r))
	e.Status = http.StatusForbidden
	return e
}

func (st statement) allows(service, sourceARN, account string) bool {
	principals, _ := st.Principal.(map[string]any)
	if st.Principal != "*" && principals["Service"] != service {
		return false
	}
	if !slices.Contains([]string{"lambda:InvokeFunction", "lambda:*", "*"}, st.Action) {
		return false
	}
	if want, ok := st.Condition["ArnLike"]["AWS:SourceArn"]; ok && !arnLike(want, sourceARN) {
		return false
	}
	for key, want := range st.Condition["StringEquals"] {
		if key != "AWS:SourceAccount" || want != account {
			return false
		}
	}
	return true
}

// arnLike compares as IAM's ArnLike does: each of the six parts on its own.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func arnLike(pattern, arn string) bool {
	want, have := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(want) != len(have) {
		return false
	}
	for i := range want {
		if !glob(want[i], have[i]) {
			return false
		}
	}
	return true
}

// glob matches * (any text) and ? (one character).
func glob(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	for i := range parts {
		parts[i] = strings.ReplaceAll(regexp.QuoteMeta(parts[i]), `\?`, ".")
	}
	return regexp.MustCompile("^(?s:" + strings.Join(parts, ".*") + ")$").MatchString(text)
}
