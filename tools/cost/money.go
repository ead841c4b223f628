package cost

import (
	"math/big"
	"strings"
)

// Money is an exact amount of US dollars. The zero value is $0.
type Money struct{ amount *big.Rat }

func (m Money) rat() *big.Rat {
	if m.amount == nil {
		return new(big.Rat)
	}
	return m.amount
}

// Plus returns the sum of two amounts.
func (m Money) Plus(other Money) Money { return Money{new(big.Rat).Add(m.rat(), other.rat())} }

// Minus returns the difference of two amounts.
func (m Money) Minus(other Money) Money { return Money{new(big.Rat).Sub(m.rat(), other.rat())} }

// times returns n times the amount.
func (m Money) times(n *big.Rat) Money { return Money{new(big.Rat).Mul(m.rat(), n)} }

// MarshalText returns the amount in dollars with six digits after the point, rounded:
// "0.000200". It is a text in JSON, as no number there is exact.
func (m Money) MarshalText() ([]byte, error) { return []byte(m.rat().FloatString(6)), nil }

// String returns the amount as people read it: "$12.34"; with four digits after the
// point below a cent, and "<$0.0001" below those.
func (m Money) String() string {
	cent, least := big.NewRat(1, 100), big.NewRat(1, 10_000)
	switch r := m.rat(); {
	case r.Sign() < 0:
		return "-" + Money{new(big.Rat).Neg(r)}.String()
	case r.Sign() == 0, r.Cmp(cent) >= 0:
		return "$" + r.FloatString(2)
	case r.Cmp(least) < 0:
		return "<$0.0001"
	default:
		return "$" + r.FloatString(4)
	}
}

// Quantity is an exact number of units.
type Quantity struct{ number *big.Rat }

func quantity(n int64) Quantity { return Quantity{new(big.Rat).SetInt64(n)} }

func (q Quantity) times(n *big.Rat) Quantity { return Quantity{new(big.Rat).Mul(q.number, n)} }

func (q Quantity) plus(other Quantity) Quantity {
	return Quantity{new(big.Rat).Add(q.number, other.number)}
}

// Round returns the quantity as a whole number.
func (q Quantity) Round() string { return q.number.FloatString(0) }

// String returns the quantity with up to six digits after the point.
func (q Quantity) String() string {
	return strings.TrimSuffix(strings.TrimRight(q.number.FloatString(6), "0"), ".")
}

// MarshalText returns what String does. It is a text in JSON, as no number there is exact.
func (q Quantity) MarshalText() ([]byte, error) { return []byte(q.String()), nil }
