package functionurl

import (
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// caller is the signer of a request.
type caller struct {
	accessKey string
	wire.Principal
}

// context returns what the event tells of the caller.
func (c *caller) context(account string) any {
	return struct {
		AccessKey string  `json:"accessKey"`
		AccountID string  `json:"accountId"`
		CallerID  string  `json:"callerId"`
		Identity  *string `json:"cognitoIdentity"`
		OrgID     *string `json:"principalOrgId"`
		UserARN   string  `json:"userArn"`
		UserID    string  `json:"userId"`
	}{AccessKey: c.accessKey, AccountID: account, CallerID: c.UserID, UserARN: c.ARN, UserID: c.UserID}
}

// The actions that a caller of a URL needs.
const (
	invokeURL      = "lambda:InvokeFunctionUrl"
	invokeFunction = "lambda:InvokeFunction"
)

// authorize returns an error if the request may not invoke the function. Callers
// with an identity need both actions, as on AWS since October 2025. A URL without
// authorization needs a policy that lets everybody do the first: on AWS the second
// as well, but the provider that Terraform has here cannot say that it is for URLs
// alone.
// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
func (x *exchange) authorize() error {
	if x.deps.Callers == nil {
		return nil
	}
	document, err := x.deps.Policies.Document(x.Function)
	if err != nil {
		return err
	}
	arn := x.names.ARN(x.Function)
	byURL := map[string][]string{"lambda:functionurlauthtype": {x.AuthType}}
	if x.AuthType == authNone {
		return x.deps.Callers.PermitAnyone(document, invokeURL, arn, byURL)
	}
	if x.caller, err = x.signer(); err != nil {
		return err
	}
	if err := x.deps.Callers.AuthorizeBy(x.caller.Principal, document, invokeURL, arn, byURL); err != nil {
		return err
	}
	via := map[string][]string{"lambda:invokedviafunctionurl": {"true"}}
	return x.deps.Callers.AuthorizeBy(x.caller.Principal, document, invokeFunction, arn, via)
}
