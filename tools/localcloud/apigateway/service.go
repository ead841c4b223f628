// Package apigateway is the local cloud's API Gateway v2: the control plane of
// HTTP APIs (apis, stages, routes, integrations, authorizers, deployments, tags)
// and the data plane that serves them. It knows HTTP and payload format 2.0;
// package oidc knows tokens. An Invoker invokes the functions, and decides whether
// an integration or an authorizer may.
//
// What differs from AWS, on purpose: there are HTTP APIs with Lambda proxy
// integrations and authorizers of payload format 2.0 only, no throttling; a
// change of an API that deploys automatically is served at once, under one
// deployment ID that does not change. An issuer of tokens may have a URL of this
// machine without TLS, and is first asked when a request has a token of it.
package apigateway

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/seastack/seastack/tools/localcloud/apigateway/oidc"
	"github.com/seastack/seastack/tools/localcloud/members"
	"github.com/seastack/seastack/tools/localcloud/store"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// Invoker invokes functions for the data plane.
type Invoker interface {
	// Invoke invokes a function (or its alias or version) and waits for it, until
	// ctx ends. The invocation continues after that. functionError is empty
	// unless the function itself failed ("Unhandled"). sourceARN is the route or
	// the authorizer, for the function's resource policy. It is an error if the policy does not
	// allow the call, or the function does not exist.
	Invoke(ctx context.Context, functionARN string, payload []byte, sourceARN string) (answer []byte, functionError string, err error)
}

// Patient is an Invoker that knows of functions which are waited for as long as it
// takes: a debugger may have stopped them.
type Patient interface{ Patient(functionARN string) bool }

// patience is how long such a function is waited for.
const patience = 24 * time.Hour

// AccessLog writes a line to the log group of that ARN.
type AccessLog func(groupARN string, at time.Time, line string) error

// Service holds the APIs. It is safe for concurrent use.
type Service struct {
	env     *wire.Env
	invoker Invoker
	access  AccessLog // nil: none
	silent  sync.Map  // log groups that cannot be written to, by ARN: logged once, and not for every request

	apis         store.Collection[api]
	stages       store.Collection[stage]       // all below: <api>/<id or name>
	routes       store.Collection[route]       //
	integrations store.Collection[integration] //
	authorizers  store.Collection[authorizer]  //
	deployments  store.Collection[deployment]  //
	snapshots    store.Collection[snapshot]    //

	issuers *oidc.Issuers // of the tokens for JWT authorizers

	mu     sync.RWMutex
	served map[string]*served // by API: as the data plane has read them, until something changes
}

// Option sets an optional part of a service.
type Option func(*Service)

// WithAccessLog makes stages with access log settings write their lines.
func WithAccessLog(log AccessLog) Option { return func(s *Service) { s.access = log } }

// New returns the service on the state in the store.
func New(env *wire.Env, invoker Invoker, options ...Option) (*Service, error) {
	s := &Service{
		env: env, invoker: invoker, served: map[string]*served{}, issuers: oidc.NewIssuers(env.Now),
		apis:         store.In[api](env.Store, "apigateway.apis"),
		stages:       store.In[stage](env.Store, "apigateway.stages"),
		routes:       store.In[route](env.Store, "apigateway.routes"),
		integrations: store.In[integration](env.Store, "apigateway.integrations"),
		authorizers:  store.In[authorizer](env.Store, "apigateway.authorizers"),
		deployments:  store.In[deployment](env.Store, "apigateway.deployments"),
		snapshots:    store.In[snapshot](env.Store, "apigateway.snapshots"),
	}
	for _, o := range options {
		o(s)
	}
	return s, nil
}

// Definition describes the control plane to the wire handler.
func (s *Service) Definition() wire.Service {
	d := wire.Service{Name: "apigateway", Protocol: wire.RESTJSON}
	for _, group := range [][]wire.Operation{
		s.apiOperations(), s.stageOperations(), s.routeOperations(), s.integrationOperations(),
		s.deploymentOperations(), s.tagOperations(), s.authorizerOperations(),
	} {
		d.Operations = append(d.Operations, group...)
	}
	d.Operations = members.Guard(d.Operations, inputs, func(member string) error {
		return errBad("%s", members.Unsupported(member))
	})
	return d
}

// operation describes one operation. IAM knows API Gateway's operations by
// their HTTP method, on the path as a resource.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
func (s *Service) operation(name, method, path string, handle func(context.Context, *wire.Call) (any, error)) wire.Operation {
	statuses := map[string]int{http.MethodPost: http.StatusCreated, http.MethodDelete: http.StatusNoContent}
	return wire.Operation{
		Name: name, Method: method, Path: "/v2" + path, Status: statuses[method], Action: method,
		Resource: func(c *wire.Call) string { return s.resourceARN(path, c.Path) }, Handle: handle,
	}
}
