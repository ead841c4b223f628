package cost

import (
	"math/big"
)

// Memory is which setting of a function's memory would be the cheapest, at the
// durations that were measured. With less memory Lambda gives less of a processor, so
// that durations may grow: the setting is cheaper as long as they grow less than
// BreakEven times.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
type Memory struct {
	Current   int    `json:"currentMb"`
	Used      int    `json:"usedMb"` // at most, of the invocations whose reports were read
	Cheapest  int    `json:"cheapestMb"`
	USD       Money  `json:"usd"`       // compute in a month with the cheapest setting
	Saves     Money  `json:"savesUsd"`  // in a month, if durations stay as they are
	BreakEven string `json:"breakEven"` // "2.00": times the durations
}

const (
	leastMemory = 128 // MB; https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	memoryStep  = 64  // MB; settings that are looked at
	// headroom is the part of the used memory that is kept free, as a divisor: a quarter.
	headroom = 4
)

// cheapest returns the cheapest setting; nil where nothing tells how much memory the
// function uses.
func (b biller) cheapest(u Usage) *Memory {
	price, used := b.prices[compute(u.Architecture)], u.Reports.MaxMemory
	if used == 0 || price == nil {
		return nil
	}
	floor := used + used/headroom
	least := max(leastMemory, (floor+memoryStep-1)/memoryStep*memoryStep)
	m := Memory{Current: u.Memory, Used: used, Cheapest: min(least, u.Memory)}
	at := func(mb int) Money { return Money{price.unit}.times(gbSeconds(mb, u.billed()).times(b.months).number) }
	m.USD = at(m.Cheapest)
	m.Saves = at(u.Memory).Minus(m.USD)
	m.BreakEven = big.NewRat(int64(u.Memory), int64(m.Cheapest)).FloatString(2)
	return &m
}
