package knowledge

import (
	"testing"
	"time"

	"madoguchi/language"
)

func loaded(t *testing.T) *Base {
	t.Helper()
	b, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02T15:04", s, Japan())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The wage changes at midnight in Japan, in each prefecture on its own day.
func TestWageChangesOnItsDay(t *testing.T) {
	for _, p := range loaded(t).Prefectures {
		for i := 1; i < len(p.Wages); i++ {
			w, old := p.Wages[i], p.Wages[i-1]
			midnight := at(t, w.Effective+"T00:00")
			before, _, next := p.WageAt(midnight.Add(-time.Minute))
			after, previous, _ := p.WageAt(midnight)
			if before.Yen != old.Yen || next == nil || next.Yen != w.Yen {
				t.Errorf("%s on the eve of %s: %+v, next %+v", p.Code, w.Effective, before, next)
			}
			if after.Yen != w.Yen || previous.Yen != old.Yen {
				t.Errorf("%s on %s: %+v, before that %+v", p.Code, w.Effective, after, previous)
			}
			if w.Yen <= old.Yen {
				t.Errorf("%s: the wage of %d does not rise", p.Code, w.FiscalYear)
			}
		}
	}
}

func TestPrefectureAsAReaderSeesIt(t *testing.T) {
	b := loaded(t)
	for _, c := range []struct {
		lang                   language.Code
		name, wage, hours, see string
	}{
		{"ja", "北海道", "1,131円", "月–金 09:00–17:00（休み 12:00–13:00）", "日本語、英語"},
		{"en", "Hokkaido", "1,131 yen", "Mon–Fri 09:00–17:00 (break 12:00–13:00)", "English, Japanese"},
		{"vi", "Hokkaido", "1.131 yên", "thứ hai–thứ sáu 09:00–17:00 (nghỉ 12:00–13:00)", "tiếng Việt, tiếng Nhật"},
		{"my", "ဟော့ကိုင်းဒိုး", "ယန်း ၁,၁၃၁", "တနင်္လာ–သောကြာ ၀၉:၀၀–၁၇:၀၀ (နားချိန် ၁၂:၀၀–၁၃:၀၀)", "မြန်မာ၊ ဂျပန်"},
	} {
		v := b.viewPrefecture(b.Prefecture("01"), Asked{Language: c.lang, Now: at(t, "2026-12-01T12:00")})
		if v.Name != c.name || v.Wage != c.wage || v.CentreHours != c.hours {
			t.Errorf("%s: %q %q %q", c.lang, v.Name, v.Wage, v.CentreHours)
		}
		if len(v.CentreLanguages) < len(c.see) || v.CentreLanguages[:len(c.see)] != c.see {
			t.Errorf("%s: languages %q, want to start with %q", c.lang, v.CentreLanguages, c.see)
		}
	}
}

func TestNothingUnconfirmedIsShownOfACentre(t *testing.T) {
	b := loaded(t)
	for _, p := range b.Prefectures {
		if p.Centre == nil || p.Centre.Dialable {
			continue
		}
		v := b.viewPrefecture(p, Asked{Language: language.English, Now: at(t, "2026-12-01T12:00")})
		if v.CentrePhone != "" || v.CentreHours != "" {
			t.Errorf("%s shows %q %q", p.Code, v.CentrePhone, v.CentreHours)
		}
	}
}
