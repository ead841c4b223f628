package inputs

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

// packed is a closure as it is kept between runs. A function's packages are
// numbers, as a thousand functions name the same few hundred packages: the
// stamp of a thousand functions has 15 MB with the names and 1 MB without.
type packed struct {
	Closure   plain
	Paths     []string
	Functions map[string][]uint32
}

// plain is a Closure that gob takes as it is.
type plain Closure

// GobEncode returns the closure as it is kept.
func (c Closure) GobEncode() ([]byte, error) {
	p := packed{Closure: plain(c), Functions: map[string][]uint32{}}
	p.Closure.Functions = map[string]Inputs{}
	index := map[string]uint32{}
	for id, in := range c.Functions {
		numbers := make([]uint32, len(in.Packages))
		for i, path := range in.Packages {
			n, known := index[path]
			if !known {
				n = uint32(len(p.Paths))
				index[path], p.Paths = n, append(p.Paths, path)
			}
			numbers[i] = n
		}
		in.Packages, p.Functions[id] = nil, numbers
		p.Closure.Functions[id] = in
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(p)
	return b.Bytes(), err
}

// GobDecode reads what GobEncode returns.
func (c *Closure) GobDecode(data []byte) error {
	var p packed
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&p); err != nil {
		return err
	}
	for id, numbers := range p.Functions {
		in := p.Closure.Functions[id]
		in.Packages = make([]string, len(numbers))
		for i, n := range numbers {
			if int(n) >= len(p.Paths) {
				return fmt.Errorf("package %d of %d", n, len(p.Paths))
			}
			in.Packages[i] = p.Paths[n]
		}
		p.Closure.Functions[id] = in
	}
	*c = Closure(p.Closure)
	return nil
}
