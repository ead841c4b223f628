// Package secret provides typed handles on secrets of Secrets Manager. It knows how
// a value is read and for how long it is kept; it must not know any value's type. A
// secret is declared by an annotation on the type of its value; whoever takes a
// Value of that type in a constructor may read that secret, and nothing else.
package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seastack/seastack/core/fault"
	"github.com/seastack/seastack/core/internal/awsconf"
	"github.com/seastack/seastack/core/telemetry"
)

// MaxAge is how long a value is kept before Get reads it again. An instance may use
// the old value for this long after a rotation.
const MaxAge = 5 * time.Minute

// Value is a secret's value.
type Value[T any] interface {
	// Get returns the value as it is, or was MaxAge ago at most. When it cannot be
	// read again, Get returns the one that was read before; a secret that could never
	// be read is a fault of the kind Unavailable.
	Get(ctx context.Context) (T, error)
}

// Fixed is a Value that never changes, as tests like it.
func Fixed[T any](value T) Value[T] { return fixed[T]{value} }

type fixed[T any] struct{ value T }

func (f fixed[T]) Get(context.Context) (T, error) { return f.value, nil }

// ARNVariable returns the name of the variable that holds a secret's ARN:
// SEASTACK_SECRET_STRIPE for "stripe".
func ARNVariable(name string) string {
	return "SEASTACK_SECRET_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// NewValue returns the value of the named secret, whose ARN stands in the variable
// that ARNVariable returns. T is a string type for a secret that is a text as it is;
// any other is read from JSON. NewValue makes no request.
func NewValue[T any](ctx context.Context, name string) (Value[T], error) {
	arn := os.Getenv(ARNVariable(name))
	if arn == "" {
		return nil, fmt.Errorf("secret %s: the environment has no %s", name, ARNVariable(name))
	}
	cfg, err := awsconf.Load(ctx)
	if err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	return &value[T]{name: name, arn: arn, client: secretsmanager.NewFromConfig(cfg)}, nil
}

type value[T any] struct {
	name   string
	arn    string
	client *secretsmanager.Client

	mu   sync.Mutex
	last T
	read time.Time // of last; zero: never
}

// Get is safe for concurrent use; one caller reads, and others wait for it.
func (v *value[T]) Get(ctx context.Context) (T, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.read.IsZero() && time.Since(v.read) < MaxAge {
		return v.last, nil
	}
	fresh, err := v.fetch(ctx)
	switch {
	case err == nil:
		v.last, v.read = fresh, time.Now()
	case v.read.IsZero():
		return fresh, fault.New(fault.Unavailable, "A secret cannot be read at the moment.").Because(fmt.Errorf("secret %s: %w", v.name, err))
	}
	return v.last, nil
}

// fetch reads the secret. Its errors have no part of the value.
func (v *value[T]) fetch(ctx context.Context) (fresh T, err error) {
	ctx, span := telemetry.Start(ctx, telemetry.Client, "SecretsManager.GetSecretValue", v.name)
	defer func() { span.End(err) }()
	out, err := v.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &v.arn})
	if err != nil {
		return fresh, err
	}
	if out.SecretString == nil {
		return fresh, errors.New("it is binary, and not a text")
	}
	if r := reflect.ValueOf(&fresh).Elem(); r.Kind() == reflect.String {
		r.SetString(*out.SecretString)
		return fresh, nil
	}
	if json.Unmarshal([]byte(*out.SecretString), &fresh) != nil {
		var none T
		return none, fmt.Errorf("it is no JSON of a %T", fresh)
	}
	return fresh, nil
}
