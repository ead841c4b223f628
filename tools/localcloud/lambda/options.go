package lambda

import "time"

// options are settings in which tests and machines may differ from AWS.
type options struct {
	maxInstances int
	idleAfter    time.Duration
	initTimeout  time.Duration
	freeze       bool
	retryDelays  []time.Duration // of asynchronous invocations that failed
	throttled    time.Duration   // the first delay of a throttled one; doubled each time
	logDelay     time.Duration
	slotWait     time.Duration
	sweepEvery   time.Duration
	variables    map[string]string
}

func defaults() options {
	return options{
		maxInstances: 64,
		idleAfter:    10 * time.Minute,
		initTimeout:  10 * time.Second, // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
		freeze:       true,
		retryDelays:  []time.Duration{time.Minute, 2 * time.Minute}, // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
		throttled:    time.Second,
		logDelay:     20 * time.Millisecond,
		slotWait:     time.Minute,
		sweepEvery:   time.Minute,
	}
}

// Option changes a setting of the service.
type Option func(*options)

// MaxInstances sets the most instances of all functions together (64 by default).
// A caller waits for at most a minute until one becomes free. AWS throttles at
// once, but only at the account's limit of 1,000.
func MaxInstances(n int) Option { return func(o *options) { o.maxInstances = n } }

// Variables sets variables that all functions have which do not set them themselves.
func Variables(v map[string]string) Option { return func(o *options) { o.variables = v } }

// InitTimeout sets the most time for a function's initialisation (10 s on AWS).
func InitTimeout(d time.Duration) Option { return func(o *options) { o.initTimeout = d } }

// AsyncRetryDelays sets the delays before the first, second, ... retry of an
// asynchronous invocation that failed (one and two minutes on AWS).
func AsyncRetryDelays(d ...time.Duration) Option { return func(o *options) { o.retryDelays = d } }

// ThrottleDelay sets the first delay of an asynchronous invocation that was
// throttled (1 s on AWS, then twice as long each time, 5 minutes at most).
func ThrottleDelay(d time.Duration) Option { return func(o *options) { o.throttled = d } }
