package blob

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// NewMemory returns an empty bucket in memory, as tests like it.
func NewMemory[T any]() Bucket[T] { return &memory[T]{objects: map[string]object{}} }

type memory[T any] struct {
	mu      sync.Mutex
	objects map[string]object
}

type object struct {
	info    Info
	content []byte
}

func (*memory[T]) of(T) {}

func (m *memory[T]) get(key string) (object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if !ok {
		return o, notFound()
	}
	return o, nil
}

func (m *memory[T]) Open(_ context.Context, key string) (*Content, error) {
	o, err := m.get(key)
	if err != nil {
		return nil, err
	}
	return &Content{o.info, io.NopCloser(bytes.NewReader(o.content))}, nil
}

func (m *memory[T]) Stat(_ context.Context, key string) (Info, error) {
	o, err := m.get(key)
	return o.info, err
}

func (m *memory[T]) List(_ context.Context, prefix string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		m.mu.Lock()
		all := maps.Clone(m.objects)
		m.mu.Unlock()
		for _, key := range slices.Sorted(maps.Keys(all)) {
			info := all[key].info
			info.ContentType = ""
			if strings.HasPrefix(key, prefix) && !yield(info, nil) {
				return
			}
		}
	}
}

func (m *memory[T]) Put(_ context.Context, key string, content io.Reader, all ...Option) error {
	if err := checkKey("in memory", "", key); err != nil {
		return err
	}
	raw, err := io.ReadAll(content)
	if err != nil {
		return err
	}
	o, sum := chosen(all), md5.Sum(raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, exists := m.objects[key]; exists && o.absent {
		return taken()
	}
	m.objects[key] = object{content: raw, info: Info{
		Key: key, Size: int64(len(raw)), ETag: `"` + hex.EncodeToString(sum[:]) + `"`, Modified: time.Now(), ContentType: o.contentType,
	}}
	return nil
}

func (m *memory[T]) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, key)
	return nil
}
