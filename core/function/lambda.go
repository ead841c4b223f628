package function

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// Lambda serves a handler as aws-lambda-go's lambda.Start takes it, unchanged: f is
// any function that lambda.NewHandler takes, and what it gets and returns is as
// there. Its errors are the invocation's, as they are; a panic is one, too.
func Lambda(f any) Handler { return lambdaHandler(lambda.NewHandler(f)) }

// LambdaBytes is Lambda for a function that gets the payload and returns the result
// as they are, as the method of a lambda.Handler does.
func LambdaBytes(f func(context.Context, []byte) ([]byte, error)) Handler {
	return lambdaHandler(bytesHandler(f))
}

type bytesHandler func(context.Context, []byte) ([]byte, error)

func (f bytesHandler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// LambdaHandler is Lambda for a function that makes a lambda.Handler. It is called
// once.
func LambdaHandler(f func() lambda.Handler) Handler { return lambdaHandler(f()) }

func lambdaHandler(h lambda.Handler) Handler {
	if h == nil {
		return Handler{err: fmt.Errorf("the lambda.Handler is nil")}
	}
	return Handler{invoke: func(ctx context.Context, payload []byte) ([]byte, error) {
		start := time.Now()
		ctx = traceInvocation(ctx)
		out, err := await(ctx, func() ([]byte, error) { return h.Invoke(ctx, payload) })
		if err != nil {
			Logger().LogAttrs(ctx, slog.LevelError, "invocation failed", append(errorAttrs(err), milliseconds(time.Since(start)))...)
			return nil, err
		}
		Logger().LogAttrs(ctx, slog.LevelInfo, "invocation", milliseconds(time.Since(start)))
		return out, nil
	}}
}
