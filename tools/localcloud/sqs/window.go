package sqs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seastack/seastack/tools/localcloud/store"
)

// interval is the deduplication interval of FIFO queues, which is also how long
// a receive can be repeated.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
const interval = 5 * time.Minute

// window holds records for the deduplication interval. They are in the store;
// only their keys are in memory too, to find the old ones.
type window[T any] struct {
	records store.Collection[record[T]]
	keys    []stamp // oldest first
}

type record[T any] struct {
	At    int64 // milliseconds
	Value T
}

// stamp is the key of a record and the time at which it was added.
type stamp struct {
	key string
	at  int64
}

func (s stamp) old(now int64) bool { return s.at+interval.Milliseconds() <= now }

// loadTx reads the keys of the records that an earlier process has stored.
func (w *window[T]) loadTx(tx *store.Tx) error {
	err := w.records.EachTx(tx, "", func(key string, r record[T]) (bool, error) {
		w.keys = append(w.keys, stamp{key, r.At})
		return true, nil
	})
	slices.SortFunc(w.keys, func(a, b stamp) int { return cmp.Compare(a.at, b.at) })
	return err
}

// getTx returns the record at key, unless it is too old.
func (w *window[T]) getTx(tx *store.Tx, key string, now int64) (r record[T], ok bool, err error) {
	r, ok, err = w.records.GetTx(tx, key)
	return r, ok && !stamp{key, r.At}.old(now), err
}

// cleanTx removes the records that are too old, before others are added.
func (w *window[T]) cleanTx(tx *store.Tx, now int64) error {
	for _, s := range w.keys[:w.countOld(now)] {
		_, young, err := w.getTx(tx, s.key, now)
		if err == nil && !young { // a young one was added again
			err = w.records.DeleteTx(tx, s.key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *window[T]) countOld(now int64) int {
	i := slices.IndexFunc(w.keys, func(s stamp) bool { return !s.old(now) })
	if i < 0 {
		return len(w.keys)
	}
	return i
}

// settle applies to memory what a transaction has stored: cleanTx at that time,
// and new records at keys.
func (w *window[T]) settle(now int64, keys ...string) {
	w.keys = slices.Delete(w.keys, 0, w.countOld(now))
	for _, key := range keys {
		w.keys = append(w.keys, stamp{key, now})
	}
}

// forget applies to memory that the records whose key starts with prefix are
// gone.
func (w *window[T]) forget(prefix string) {
	w.keys = slices.DeleteFunc(w.keys, func(s stamp) bool { return strings.HasPrefix(s.key, prefix) })
}
