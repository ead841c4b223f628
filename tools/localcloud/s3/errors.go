package s3

import (
	"errors"
	"time"

	"github.com/johannesboyne/gofakes3"

	"github.com/seastack/seastack/tools/localcloud/wire"
)

// wireError returns an error of the engine as the local cloud's.
func wireError(err error) error {
	var known gofakes3.Error
	if !errors.As(err, &known) {
		return err
	}
	code := known.ErrorCode()
	message := code.Message()
	var response *gofakes3.ErrorResponse
	if errors.As(err, &response) && response.Message != "" {
		message = response.Message
	}
	return wire.Errorf(code.Status(), string(code), "%s", message)
}

func noSuchKey() error {
	return gofakes3.ErrorMessage(gofakes3.ErrNoSuchKey, "The specified key does not exist.")
}

// clock is the time of the engine.
type clock struct{ now func() time.Time }

func (c clock) Now() time.Time                  { return c.now() }
func (c clock) Since(t time.Time) time.Duration { return c.now().Sub(t) }
