import { useState } from "react";
import { integrations, type DeliveryAttempt, type EventSubscription } from "../../api/integrations";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { fullTime, timeAgo } from "../../strings/times";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { Dialog } from "../../ui/Dialog";
import { openDialog } from "../../ui/dialogs";
import { CheckField, TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Facts, Panel, Row, Rows, Tag, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { run } from "../parts/run";
import { showSecret } from "../parts/Secret";
import { useLoaded } from "../parts/useLoaded";
import { canModerate, type SectionProps } from "./WorkspaceSettings";

const words = texts.integrations;

export function Subscriptions({ workspace }: SectionProps) {
  const loaded = useLoaded(() => integrations.subscriptions(workspace.id), workspace.id);
  const manages = canModerate(workspace);
  return (
    <Panel title={words.events} text={words.eventsText} action={manages && (
      <Button onClick={() => openDialog((close) => <Create workspace={workspace} onDone={loaded.reload} onClose={close} />)}>
        {words.newEvents}
      </Button>
    )}>
      <When loaded={loaded} rows={1}>
        {(list) => (
          <Rows label={words.events} empty={words.noEvents}>
            {list.map((subscription) => (
              <SubscriptionRow key={subscription.id} subscription={subscription} manages={manages} onChange={loaded.reload} />
            ))}
          </Rows>
        )}
      </When>
    </Panel>
  );
}

function SubscriptionRow({ subscription, manages, onChange }: {
  subscription: EventSubscription; manages: boolean; onChange: () => void;
}) {
  const { id, callback_url: address } = subscription;
  const types = subscription.event_types.includes("*") ? words.everyType : subscription.event_types.join(", ");
  return (
    <Row picture={<span className="list-icon"><Icon name="send" /></span>} title={address} meta={types}>
      <Button tone="quiet" aria-label={words.deliveriesOf(address)}
        onClick={() => openDialog((close) => <Deliveries subscription={subscription} onClose={close} />)}>
        {words.deliveries}
      </Button>
      {manages && (
        <>
          <Button tone="quiet" aria-label={words.rotateOf(address)} onClick={() => run(
            integrations.rotateSubscription(id),
            ({ signing_secret }) => showSecret(words.rotateOf(address), words.secret, signing_secret ?? ""))}>
            {words.rotate}
          </Button>
          <Button tone="quiet" aria-label={words.revokeOf(address)} onClick={() => confirm(
            { title: words.revokeTitle(address), text: words.revokeText, action: words.revoke },
            () => run(integrations.unsubscribe(id), onChange))}>
            {words.revoke}
          </Button>
        </>
      )}
    </Row>
  );
}

function Create({ workspace, onDone, onClose }: SectionProps & { onDone: () => void; onClose: () => void }) {
  const { value: known } = useLoaded(integrations.eventTypes);
  const [types, setTypes] = useState<string[]>([]);
  const [every, setEvery] = useState(false);
  const [callback, setCallback] = useState("");
  return (
    <FormDialog title={words.newEvents} action={strings.common.create} disabled={!every && !types.length} onClose={onClose}
      onSubmit={async () => {
        const made = await integrations.subscribe(workspace.id, {
          event_types: every ? ["*"] : types, callback_url: callback.trim(),
        });
        onDone();
        showSecret(words.newEvents, words.secret, made.signing_secret ?? "");
      }}>
      <TextField label={words.callback} required type="url" value={callback} autoFocus onChange={(event) => setCallback(event.target.value)} />
      <fieldset className="scopes">
        <legend className="field-label">{words.types}</legend>
        <CheckField label={words.everyType} checked={every} onChange={(event) => setEvery(event.target.checked)} />
        {!every && known?.map((type) => (
          <CheckField key={type} label={type} checked={types.includes(type)}
            onChange={(event) => setTypes(event.target.checked ? [...types, type] : types.filter((name) => name !== type))} />
        ))}
      </fieldset>
    </FormDialog>
  );
}

function Deliveries({ subscription, onClose }: { subscription: EventSubscription; onClose: () => void }) {
  const loaded = useLoaded(() => integrations.deliveries(subscription.id, null));
  const more = (before: string, shown: readonly DeliveryAttempt[]) =>
    run(integrations.deliveries(subscription.id, before), (page) =>
      loaded.set({ ...page, deliveries: [...shown, ...(page.deliveries ?? [])] }));
  return (
    <Dialog wide title={words.deliveriesOf(subscription.callback_url)} onClose={onClose}>
      <When loaded={loaded}>
        {({ deliveries, next_cursor }) => (
          <>
            <Rows label={words.deliveries} empty={words.noDeliveries}>
              {(deliveries ?? []).map((delivery) => <Delivery key={delivery.id} delivery={delivery} />)}
            </Rows>
            <div className="form-actions">
              {next_cursor && <Button onClick={() => more(next_cursor, deliveries ?? [])}>{strings.common.showMore}</Button>}
              <Button tone="quiet" onClick={loaded.reload}>{texts.frame.refresh}</Button>
            </div>
          </>
        )}
      </When>
    </Dialog>
  );
}

function Delivery({ delivery }: { delivery: DeliveryAttempt }) {
  const good = delivery.response_status >= 200 && delivery.response_status < 300;
  return (
    <Row
      title={<><code>{delivery.event_type}</code><Tag tone={good ? undefined : "warm"}>{delivery.response_status || delivery.error}</Tag></>}
      meta={<Facts of={[
        words.attempt(delivery.attempt),
        <time key="time" dateTime={delivery.created_at} title={fullTime(delivery.created_at)}>{timeAgo(delivery.created_at)}</time>,
        delivery.response_status !== 0 && delivery.error,
      ]} />}
      below={(delivery.request_json || delivery.response_body) && (
        <details className="delivery">
          <summary>{texts.audit.details}</summary>
          {delivery.request_json && <><h3>{words.request}</h3><pre>{delivery.request_json}</pre></>}
          {delivery.response_body && <><h3>{words.response}</h3><pre>{delivery.response_body}</pre></>}
        </details>
      )} />
  );
}
