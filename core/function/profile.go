package function

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/seastack/seastack/core/profile"
)

// profiled returns a handler that takes profiles for whoever has the key in the
// environment; h where there is none.
func profiled(h Handler) lambda.Handler {
	text := os.Getenv(profile.KeyVariable)
	if text == "" {
		return h
	}
	return profiler{h, Must(profile.ParsePublicKey(text))}
}

// profiler is a Handler that answers signed requests with profiles.
type profiler struct {
	Handler
	key ed25519.PublicKey
}

// Invoke answers one event, or a request for a profile.
func (p profiler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	r, is, err := profile.Open(event, p.key, lambdacontext.FunctionName, time.Now())
	if !is {
		return p.Handler.Invoke(ctx, event)
	}
	if err != nil {
		Logger().LogAttrs(ctx, slog.LevelWarn, "a request for a profile is refused", slog.String("error", err.Error()))
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	answer, err := profile.Take(r, deadline, func() error {
		_, err := p.Handler.Invoke(ctx, r.Event)
		return err
	})
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(answer)
	if err == nil {
		err = checkAnswer(ctx, out)
	}
	return out, err
}
