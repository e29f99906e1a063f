package store

import (
	"errors"
	"fmt"
	"time"
)

// ItemType says what an Item is.
type ItemType string

// The types of items, in the order in which Dump gives them.
const (
	ItemDoc   ItemType = "doc"
	ItemEntry ItemType = "entry"
	ItemJob   ItemType = "job"
	ItemCount ItemType = "count"
)

// Item is one durable thing on its way from store to store. Its JSON form is
// one line of an export.
type Item struct {
	Type ItemType `json:"type"`
	// In is the collection, log, queue or counter.
	In string `json:"in"`
	// ID is the document's, entry's or job's, or the counter's field.
	ID string `json:"id,omitempty"`
	// N is the document's version, the entry's Seq, the job's Attempt, or the
	// count.
	N int64 `json:"n,omitempty"`
	// At is when the job is due, Ready when it may be claimed.
	At    time.Time `json:"at,omitzero"`
	Ready time.Time `json:"ready,omitzero"`
	Value []byte    `json:"value,omitempty"`
}

// CheckItem says as ErrInvalid what is wrong with an item.
func CheckItem(item Item) error {
	err := errors.Join(CheckName("item's place", item.In), CheckValue(item.Value))
	if item.ID != "" || item.Type != ItemEntry {
		err = errors.Join(err, CheckName("item's id", item.ID))
	}
	switch item.Type {
	case ItemDoc, ItemEntry:
		if item.N < 1 {
			err = errors.Join(err, fmt.Errorf("%w: %s numbered %d", ErrInvalid, item.Type, item.N))
		}
	case ItemJob:
		err = errors.Join(err, CheckTime(item.At), CheckTime(item.Ready))
		if item.N < 0 {
			err = errors.Join(err, fmt.Errorf("%w: job at attempt %d", ErrInvalid, item.N))
		}
	case ItemCount:
	default:
		err = errors.Join(err, fmt.Errorf("%w: item of type %q", ErrInvalid, item.Type))
	}
	return err
}
