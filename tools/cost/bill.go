package cost

import (
	"math/big"
	"time"

	"github.com/seastack/seastack/gen/model"
)

// Month is how long a month is: 730 hours, as in AWS's own calculator.
// https://docs.aws.amazon.com/pricing-calculator/latest/userguide/edit-estimate.html
const Month = 730 * time.Hour

const (
	// freeStorage is how much of /tmp costs nothing, in MB.
	// https://aws.amazon.com/lambda/pricing/
	freeStorage = 512
	// polls is how many empty receives an idle queue gets in a month: Lambda polls with
	// five connections, each of which waits for 20 seconds.
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	polls = 5 * int64(Month/(20*time.Second))
	// queueRequests is how many requests a batch takes at least: to send, receive and
	// delete it.
	queueRequests = 3
)

// Line is what one item costs in a month.
type Line struct {
	Item     Item     `json:"item"`
	Quantity Quantity `json:"quantity"` // in a month
	Unit     string   `json:"unit"`
	USD      Money    `json:"usd"`
	Idle     bool     `json:"idle"` // it costs that without any request
	// Unpriced reports that the table has no price of the item in the region.
	Unpriced bool `json:"unpriced,omitempty"`
}

// biller makes lines from the prices of a region and the length of a window.
type biller struct {
	prices map[Item]*Price
	months *big.Rat // windows in a month
	lines  []Line
}

// used adds a quantity of the window.
func (b *biller) used(item Item, q Quantity) { b.add(item, q.times(b.months), false) }

// idle adds a quantity of a month that does not depend on requests.
func (b *biller) idle(item Item, q Quantity) { b.add(item, q, true) }

func (b *biller) add(item Item, q Quantity, idle bool) {
	if q.number.Sign() == 0 {
		return
	}
	l := Line{Item: item, Quantity: q, Unit: units[item], Idle: idle}
	if price := b.prices[item]; price != nil {
		l.USD = Money{price.unit}.times(q.number)
	} else {
		l.Unpriced = true
	}
	b.lines = append(b.lines, l)
}

// bill returns what a function costs in a month.
func (b biller) bill(u Usage) []Line {
	n := quantity(u.Invocations)
	b.used(LambdaRequests, n)
	b.used(compute(u.Architecture), gbSeconds(u.Memory, u.billed()))
	b.used(LambdaStorage, gbSeconds(max(u.Storage-freeStorage, 0), u.billed()))
	b.trigger(u)
	b.used(LogIngestion, gigabytes(u.LogBytes))
	b.idle(LogStorage, gigabytes(u.StoredBytes))
	b.idle(Alarms, quantity(int64(u.Alarms)))
	b.idle(provisioned(u.Architecture), gbSeconds(u.Memory*u.Provisioned, Month))
	return b.lines
}

// trigger adds what it costs that the function is started.
func (b *biller) trigger(u Usage) {
	n := quantity(u.Invocations)
	switch u.Trigger {
	case model.HTTPTrigger:
		b.used(HTTPRequests, n)
	case model.ScheduleTrigger:
		b.used(Schedules, n)
	case model.QueueTrigger, model.EventTrigger, model.ObjectTrigger:
		requests := QueueRequests
		if u.FIFO {
			requests = FIFOQueueRequests
		}
		b.used(requests, n.times(big.NewRat(queueRequests, 1)))
		b.idle(requests, quantity(polls))
		if u.Trigger == model.EventTrigger && u.Subscribers > 0 { // those of S3 are AWS's own, and free
			b.used(Events, n.times(big.NewRat(1, int64(u.Subscribers))))
		}
	}
}

func compute(architecture string) Item {
	if architecture == "x86_64" {
		return LambdaX86
	}
	return LambdaARM
}

func provisioned(architecture string) Item {
	if architecture == "x86_64" {
		return ProvisionedX86
	}
	return ProvisionedARM
}

// gbSeconds returns what an amount of memory or storage for a time comes to. A GB is
// 1024 MB, as in Lambda's prices.
func gbSeconds(mb int, d time.Duration) Quantity {
	q := new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(int64(mb)), big.NewInt(int64(d))))
	return Quantity{q.Quo(q, big.NewRat(1024*int64(time.Second), 1))}
}

func gigabytes(bytes int64) Quantity { return Quantity{big.NewRat(bytes, 1<<30)} }
