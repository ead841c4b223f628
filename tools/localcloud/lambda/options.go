package lambda

import "time"

// options are what tests and machines may want different from AWS.
type options struct {
	maxInstances int
	idleAfter    time.Duration
	initTimeout  time.Duration
	freeze       bool
	retryDelays  []time.Duration // of asynchronous invocations that failed
	throttled    time.Duration   // first delay of one that was throttled; doubled each time
	logDelay     time.Duration
	slotWait     time.Duration
	sweepEvery   time.Duration
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

// MaxInstances bounds the instances of all functions together (64 otherwise). A
// caller waits for one to become free, for a minute at most; AWS throttles at
// once, but only at an account's 1,000.
func MaxInstances(n int) Option { return func(o *options) { o.maxInstances = n } }

// IdleAfter says how long an unused instance is kept (10 minutes otherwise).
func IdleAfter(d time.Duration) Option { return func(o *options) { o.idleAfter = d } }

// InitTimeout bounds a function's initialisation (10 s on AWS).
func InitTimeout(d time.Duration) Option { return func(o *options) { o.initTimeout = d } }

// AsyncRetryDelays gives the waits before the first, second, ... retry of an
// asynchronous invocation that failed (one and two minutes on AWS).
func AsyncRetryDelays(d ...time.Duration) Option { return func(o *options) { o.retryDelays = d } }

// ThrottleDelay gives the first wait of an asynchronous invocation that was
// throttled (1 s on AWS, then twice as long each time, 5 minutes at most).
func ThrottleDelay(d time.Duration) Option { return func(o *options) { o.throttled = d } }
