package apigateway

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/seastack/seastack/tools/localcloud/httpevent"
	"github.com/seastack/seastack/tools/localcloud/wire"
)

// event returns the request in payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func (x *exchange) event(env *wire.Env) httpevent.Event {
	e := httpevent.New(x.req, x.body, x.at)
	e.RouteKey, e.RawPath = x.route.Key, x.path
	e.PathParameters, e.StageVariables = x.vars, x.stage.Variables
	c := &e.RequestContext
	c.AccountID, c.APIID, c.DomainName, c.DomainPrefix = env.Account, x.api.ID, x.api.ID+dataDomain, x.api.ID
	c.RequestID, c.RouteKey, c.Stage, c.HTTP.Path = x.id, x.route.Key, x.stage.Name, x.path
	c.Authorizer = x.authorizer
	return e
}

// requestID is random, in AWS's form ("JKJaXmPLvHcESHA=").
func requestID() string {
	var b [11]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.StdEncoding.EncodeToString(b[:])
}

func (x *exchange) sourceIP() string { return httpevent.SourceIP(x.req) }
