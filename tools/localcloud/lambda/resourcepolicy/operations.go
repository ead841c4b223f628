package resourcepolicy

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/seastack/seastack/tools/localcloud/lambda/apierror"
	"github.com/seastack/seastack/tools/localcloud/lambda/names"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

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

	InvokedViaFunctionUrl *bool
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
	if in.FunctionUrlAuthType != "" {
		v.OneOf(in.FunctionUrlAuthType, "functionUrlAuthType", "NONE", "AWS_IAM")
	}
	if err := v.Err(); err != nil {
		return err
	}
	if in.FunctionUrlAuthType != "" && in.Action != "lambda:InvokeFunctionUrl" {
		return apierror.Invalid("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action")
	}
	if in.Principal == "" {
		return apierror.Invalid("The provided principal was invalid. Please check the principal and try again.")
	}
	return nil
}

func (ps *Policies) addPermission(_ context.Context, c *wire.Call, in *addPermissionInput) (*addPermissionOutput, error) {
	r, err := ps.names.Target(c)
	if err != nil {
		return nil, err
	}
	if r.Qualifier == names.Latest {
		return nil, apierror.Invalid("We currently do not support adding policies for $LATEST.")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	st := in.statement(ps.names.ARN(r))
	err = ps.changePolicy(r, in.RevisionId, func(p *policy) error {
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
	if in.InvokedViaFunctionUrl != nil {
		st.Condition["Bool"] = map[string]string{"lambda:InvokedViaFunctionUrl": strconv.FormatBool(*in.InvokedViaFunctionUrl)}
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

// changePolicy changes the policy of what r names, unless f returns an error.
func (ps *Policies) changePolicy(r names.Reference, revision string, f func(*policy) error) error {
	return ps.env.Store.Update(func(tx *store.Tx) error {
		if err := ps.functions.CheckTx(tx, r); err != nil {
			return err
		}
		p, _, err := ps.policies.GetTx(tx, r.Key())
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
			return ps.policies.DeleteTx(tx, r.Key())
		}
		return ps.policies.PutTx(tx, r.Key(), p)
	})
}

func (ps *Policies) removePermission(_ context.Context, c *wire.Call, _ *names.None) (*names.None, error) {
	r, err := ps.names.Target(c)
	if err != nil {
		return nil, err
	}
	sid := c.Path["StatementId"]
	return nil, ps.changePolicy(r, c.Query.Get("RevisionId"), func(p *policy) error {
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

func (ps *Policies) getPolicy(_ context.Context, c *wire.Call, _ *names.None) (*getPolicyOutput, error) {
	r, err := ps.names.Target(c)
	if err != nil {
		return nil, err
	}
	var p policy
	err = ps.env.Store.View(func(tx *store.Tx) error {
		if err := ps.functions.CheckTx(tx, r); err != nil {
			return err
		}
		var ok bool
		if p, ok, err = ps.policies.GetTx(tx, r.Key()); err == nil && !ok {
			err = apierror.NoSuchResource()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(p.document())
	return &getPolicyOutput{string(raw), p.RevisionId}, err
}

// Document returns the policy of what r names, "" if it has none.
func (ps *Policies) Document(r names.Reference) (string, error) {
	p, ok, err := ps.policies.Get(r.Key())
	if err != nil || !ok {
		return "", err
	}
	raw, err := json.Marshal(p.document())
	return string(raw), err
}

// Permit returns AWS's error unless a service may invoke what r names on behalf
// of the source.
func (ps *Policies) Permit(r names.Reference, service, sourceARN string) error {
	p, _, err := ps.policies.Get(r.Key())
	if err != nil {
		return err
	}
	for _, st := range p.Statements {
		if st.allows(service, sourceARN, ps.env.Account) {
			return nil
		}
	}
	return apierror.Denied("User: %s is not authorized to perform: lambda:InvokeFunction on resource: %s "+
		"because no resource-based policy allows the lambda:InvokeFunction action", service, ps.names.ARN(r))
}
