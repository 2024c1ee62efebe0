/// What makes a payer's page live. Everything works without it too: the page then loads itself anew.
enum PageScript {
    /// JavaScript; its digest is in the pages' policy.
    ///
    /// It asks for the state after 2 s and then ever more seldom, to 15 s; not while nobody sees the page; at once when the
    /// payer comes back to it. What changed is read from the page itself, so the words are in one place. The payer's clock
    /// is never believed.
    static let text: StaticString = """
        (() => {
          'use strict';
          const ended = ['paid', 'expired', 'cancelled', 'failed', 'returned'];
          const live = document.getElementById('live');
          let main = document.querySelector('main');
          let phase = main.dataset.phase;
          let tries = 0, asking = false, timer = 0, ends = 0;

          const two = (number) => String(number).padStart(2, '0');
          const clock = (left) => left < 3600
            ? two(Math.floor(left / 60)) + ':' + two(left % 60)
            : Math.floor(left / 3600) + ':' + two(Math.floor(left / 60) % 60) + ':' + two(left % 60);

          const count = () => {
            if (!ends) return;
            const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
            const shown = main.querySelector('[role=timer]');
            if (shown) shown.textContent = clock(left);
            const bar = main.querySelector('progress');
            if (bar) bar.value = left;
            if (left === 0) { ends = 0; tries = 0; plan(1000); }
          };
          const until = (left) => { ends = left > 0 ? performance.now() + left * 1000 : 0; count(); };

          const dress = () => {
            until(Number(main.dataset.left || 0));
            const time = main.querySelector('time');
            if (time) time.textContent = new Date(time.dateTime)
              .toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
            if (!navigator.clipboard) return;
            for (const button of main.querySelectorAll('button[data-copy]')) {
              button.hidden = false;
              const word = button.textContent;
              button.addEventListener('click', async () => {
                try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
                button.textContent = button.dataset.done;
                live.textContent = button.dataset.done;
                setTimeout(() => { button.textContent = word; }, 2000);
              });
            }
          };

          const change = async (redirect) => {
            const answer = await fetch(location.href, { cache: 'no-store' });
            const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
            const fresh = page.querySelector('main[data-phase]');
            if (!answer.ok || !fresh) throw new Error();
            main.replaceWith(fresh);
            main = fresh;
            phase = fresh.dataset.phase;
            tries = 0;
            document.title = page.title;
            live.textContent = fresh.querySelector('h1').textContent;
            dress();
            if (redirect && ended.includes(phase)) {
              setTimeout(() => location.replace(redirect), Number(fresh.dataset.leave) * 1000);
            }
          };

          const ask = async () => {
            if (asking || ended.includes(phase)) return;
            asking = true;
            try {
              const answer = await fetch(location.pathname + '/state',
                { cache: 'no-store', signal: AbortSignal.timeout?.(10000) });
              if (!answer.ok) throw new Error();
              const told = await answer.json();
              tries += 1;
              if (told.state !== phase) await change(told.redirect);
              else if (told.secondsLeft !== null) until(told.secondsLeft);
            } catch {
              tries += 3;
            }
            asking = false;
            plan(Math.min(15000, 2000 * 1.2 ** tries));
          };
          const plan = (pause) => {
            clearTimeout(timer);
            if (!document.hidden && !ended.includes(phase)) timer = setTimeout(ask, pause);
          };

          dress();
          plan(2000);
          setInterval(count, 500);
          document.addEventListener('visibilitychange', () => { tries = 0; plan(0); });
        })();
        """
}
