package gateway

import (
	"errors"
	"fmt"

	"github.com/gorilla/websocket"
)

// ErrReshard: Discord wants more shards than there are.
var ErrReshard = errors.New("more shards are needed")

// FatalError is a close that no reconnecting mends.
type FatalError struct {
	Code   int
	Reason string
}

func (e *FatalError) Error() string {
	return fmt.Sprintf("Discord refuses the gateway: %s (%d)", e.Reason, e.Code)
}

// fatal says which close codes mean never, and why.
func fatal(code int) (reason string, ok bool) {
	switch code {
	case 4004:
		return "the token was refused", true
	case 4010:
		return "invalid shard", true
	case 4012:
		return "invalid API version", true
	case 4013:
		return "invalid intents", true
	case 4014:
		return "intents that the application has not been granted", true
	}
	return "", false
}

// closeResume is the code with which this side leaves a session that it comes back to;
// 1000 and 1001 would end it.
const closeResume = 4900

// judge turns the end of a connection into what to do: an error that ends the shard,
// or whether the session may be resumed.
func judge(err error) (resumable bool, end error) {
	c, ok := errors.AsType[*websocket.CloseError](err)
	if !ok {
		// Resuming would bring the same garbled message again.
		return !errors.Is(err, errGarbled), nil
	}
	if reason, never := fatal(c.Code); never {
		return false, &FatalError{c.Code, reason}
	}
	switch c.Code {
	case 4011:
		return false, ErrReshard
	case 4007, 4009, 4003: // wrong sequence, timed out, not identified
		return false, nil
	}
	return true, nil
}
