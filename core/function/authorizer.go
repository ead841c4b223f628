package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/seastack/seastack/core/auth"
	"github.com/seastack/seastack/core/fault"
)

// Authorizer serves API Gateway's questions who may call a route. What f returns says
// who calls, and reaches the routes' handlers as an auth.Caller[P]. A fault of the
// kind Unauthenticated or Forbidden refuses the request; any other error is one of
// the invocation, and API Gateway answers with 500.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
func Authorizer[P any](f func(context.Context, auth.Request) (P, error)) Handler {
	err := checkJSON(reflect.TypeFor[P](), map[reflect.Type]bool{})
	return Handler{err: err, invoke: func(ctx context.Context, payload []byte) ([]byte, error) {
		start := time.Now()
		ctx = traceInvocation(ctx)
		var e events.APIGatewayV2CustomAuthorizerV2Request
		answer, err := await(ctx, func() (decision, error) {
			if err := json.Unmarshal(payload, &e); err != nil || e.Version != "2.0" {
				const wrong = "the event is no question of an authorizer of payload format 2.0 (version %q)"
				return decision{}, errors.Join(fmt.Errorf(wrong, e.Version), err)
			}
			return decide(ctx, f, auth.NewRequest(e))
		})
		if err != nil {
			traceFailure(ctx, err)
			Logger().LogAttrs(ctx, slog.LevelError, "authorization failed",
				append(errorAttrs(err), milliseconds(time.Since(start)))...)
			return nil, invocationError(err)
		}
		Logger().LogAttrs(ctx, slog.LevelInfo, "authorization", slog.String("route", e.RouteKey),
			slog.Bool("authorized", answer.IsAuthorized), milliseconds(time.Since(start)))
		return json.Marshal(answer)
	}}
}

type decision = events.APIGatewayV2CustomAuthorizerSimpleResponse

// decide asks f, and returns its answer as API Gateway takes it.
func decide[P any](
	ctx context.Context, f func(context.Context, auth.Request) (P, error), r auth.Request,
) (answer decision, err error) {
	principal, err := f(ctx, r)
	switch {
	case fault.Is(err, fault.Unauthenticated), fault.Is(err, fault.Forbidden):
		Logger().LogAttrs(ctx, slog.LevelInfo, "refused", slog.String("route", r.Route),
			slog.String("reason", err.Error()))
		return answer, nil
	case err != nil:
		return answer, err
	}
	raw, err := json.Marshal(principal)
	if err != nil {
		return answer, err
	}
	if string(raw) == "null" {
		return answer, errors.New("the authorizer has returned neither a principal nor an error")
	}
	answer.IsAuthorized, answer.Context = true, map[string]any{auth.PrincipalKey: string(raw)}
	return answer, nil
}
