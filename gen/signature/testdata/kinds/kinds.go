// Package kinds has inputs of HTTP handlers of every kind, and the handlers that
// core/function makes of them: what it refuses at a start, the generator has to
// find, and the reverse.
package kinds

import (
	"context"
	"encoding"
	"encoding/json"
	"io"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/seastack/seastack/core/function"
)

// Handlers are the handlers by the names of their inputs.
var Handlers = map[string]function.Handler{}

func add[In any](name string) bool {
	Handlers[name] = function.HTTPIn(func(context.Context, In) error { return nil })
	return true
}

type (
	inner    struct{ Level int }
	embedded struct {
		Trace string `header:"X-Trace"`
	}
	Box[T any] struct {
		Value T `json:"value"`
	}
	Page[T any] struct {
		Of T `query:"of"`
	}
	key   struct{ A int }
	label string
)

// UnmarshalJSON makes key readable, but no key of a map.
func (*key) UnmarshalJSON([]byte) error { return nil }

// The inputs.
type (
	Scalars struct {
		A label      `query:"a"`
		B uint8      `path:"b"`
		C *time.Time `query:"c"`
		D uuid.UUID  `header:"d"`
		E netip.Addr `query:"e"`
		F []float32  `query:"f"`
		G *[]byte    `json:"g"`
	}
	Embedded        struct{ embedded }
	EmbeddedPointer struct{ *embedded }
	NestedPointer   struct {
		In struct{ *inner } `json:"in"`
	}
	ChanInSlice struct {
		A []chan int `json:"a"`
	}
	FuncInMap struct {
		A map[string]func() `json:"a"`
	}
	FuncInArray struct {
		A [2]func() `json:"a"`
	}
	FuncInPtr struct {
		A *struct{ B func() } `json:"a"`
	}
	BoxOfChan struct {
		A Box[chan int] `json:"a"`
	}
	BoxOfInt struct {
		A Box[int] `json:"a"`
	}
	PageOfStruct struct{ Page[inner] }
	PageOfInt    struct{ Page[int] }
	Complex      struct {
		A complex128 `query:"a"`
	}
	Uintptr struct {
		A uintptr `query:"a"`
	}
	Array struct {
		A [2]int `query:"a"`
	}
	Map struct {
		A map[string]string `header:"a"`
	}
	Slices struct {
		A [][]int `query:"a"`
	}
	HeaderSlice struct {
		A []string `header:"a"`
	}
	Twice struct {
		A **int `query:"a"`
	}
	Struct struct {
		A inner `path:"b"`
	}
	Any struct {
		A any `query:"a"`
	}
	Text struct {
		A encoding.TextUnmarshaler `query:"a"`
	}
	JSONText struct {
		A encoding.TextUnmarshaler `json:"a"`
	}
	JSONOwn struct {
		A json.Unmarshaler `json:"a"`
	}
	Reader struct {
		A io.Reader `json:"a"`
	}
	AnyJSON struct {
		A []any `json:"a"`
	}
	KeyJSON struct {
		A map[key]int `json:"a"`
	}
	KeyUUID struct {
		A map[uuid.UUID]int `json:"a"`
	}
	KeyBool struct {
		A map[bool]int `json:"a"`
	}
	KeyInt struct {
		A map[int8]int `json:"a"`
	}
	SameNames struct {
		A struct {
			B int `json:"x"`
			C int `json:"x"`
		} `json:"a"`
	}
	SameTop struct {
		A int `json:"x"`
		B int `json:"x"`
	}
	HiddenTag struct {
		A struct {
			b int `json:"b"`
			C int
		} `json:"a"`
	}
	Raw struct {
		A json.RawMessage `json:"a"`
	}
	Recursive struct {
		A *Tree `json:"a"`
	}
	Tree struct {
		Children []Tree
		Bad      map[string]*Tree
	}
	BadTree struct {
		A *Forest `json:"a"`
	}
	Forest struct {
		Next []Forest
		Stop chan int
	}
	Untagged struct{ A int }
	Option   struct {
		A int `json:"a,string"`
	}
)

var _ = HiddenTag{}.A.b

var _ = add[Scalars]("Scalars") && add[Embedded]("Embedded") && add[EmbeddedPointer]("EmbeddedPointer") && add[NestedPointer]("NestedPointer") &&
	add[ChanInSlice]("ChanInSlice") && add[FuncInMap]("FuncInMap") && add[FuncInArray]("FuncInArray") && add[FuncInPtr]("FuncInPtr") &&
	add[BoxOfChan]("BoxOfChan") && add[BoxOfInt]("BoxOfInt") && add[PageOfStruct]("PageOfStruct") && add[PageOfInt]("PageOfInt") &&
	add[Complex]("Complex") && add[Uintptr]("Uintptr") && add[Array]("Array") && add[Map]("Map") && add[Slices]("Slices") &&
	add[HeaderSlice]("HeaderSlice") && add[Twice]("Twice") && add[Struct]("Struct") && add[Any]("Any") && add[Text]("Text") &&
	add[JSONText]("JSONText") && add[JSONOwn]("JSONOwn") && add[Reader]("Reader") && add[AnyJSON]("AnyJSON") && add[KeyJSON]("KeyJSON") &&
	add[KeyUUID]("KeyUUID") && add[KeyBool]("KeyBool") && add[KeyInt]("KeyInt") && add[SameNames]("SameNames") && add[SameTop]("SameTop") &&
	add[HiddenTag]("HiddenTag") && add[Raw]("Raw") && add[Recursive]("Recursive") && add[BadTree]("BadTree") && add[Untagged]("Untagged") && add[Option]("Option")
