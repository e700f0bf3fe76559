// One picture over everything, with the ones before and after it. Loaded at the first use.

import { useEffect, useRef, useState } from "react";
import { api, type Upload } from "../../api";
import { strings } from "../../strings";
import { fileSize } from "../../strings/sizes";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { rememberFocus } from "../../ui/focus";

const ZOOM_MAX = 8;
const ZOOM_STEP = 1.5;
const PAN_STEP = 60;

interface View {
  zoom: number;
  x: number;
  y: number;
}

const fit: View = { zoom: 1, x: 0, y: 0 };

export default function Lightbox({ images, first, onClose }: {
  images: readonly Upload[]; first: number; onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(first);
  const [view, setView] = useState(fit);
  const drag = useRef<{ x: number; y: number; from: View; moved: boolean } | null>(null);
  const image = images[at];

  useEffect(() => {
    const giveBack = rememberFocus();
    const box = dialog.current;
    if (box && !box.open) box.showModal();
    stage.current?.focus();
    return () => {
      box?.close();
      giveBack();
    };
  }, []);
  useEffect(() => {
    const box = stage.current;
    if (!box) return;
    // React listens passively, and the page must not scroll or zoom.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    };
    box.addEventListener("wheel", wheel, { passive: false });
    return () => box.removeEventListener("wheel", wheel);
  }, []);

  if (!image) return null;
  const address = api.uploads.address(image.id);
  const zoomBy = (factor: number) => setView((now) => {
    const zoom = Math.min(ZOOM_MAX, Math.max(1, now.zoom * factor));
    return zoom === 1 ? fit : { zoom, x: now.x * (zoom / now.zoom), y: now.y * (zoom / now.zoom) };
  });
  const pan = (x: number, y: number) => setView((now) => (now.zoom === 1 ? now : { ...now, x: now.x + x, y: now.y + y }));
  const go = (step: number) => {
    const next = at + step;
    if (!images[next]) return;
    setAt(next);
    setView(fit);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoomed = view.zoom > 1;
    const actions: Record<string, () => void> = {
      "+": () => zoomBy(ZOOM_STEP), "=": () => zoomBy(ZOOM_STEP), "-": () => zoomBy(1 / ZOOM_STEP), "0": () => setView(fit),
      ArrowLeft: () => (zoomed ? pan(PAN_STEP, 0) : go(-1)), ArrowRight: () => (zoomed ? pan(-PAN_STEP, 0) : go(1)),
      ArrowUp: () => pan(0, PAN_STEP), ArrowDown: () => pan(0, -PAN_STEP),
      PageUp: () => go(-1), PageDown: () => go(1), Home: () => go(-at), End: () => go(images.length - 1 - at),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  return (
    <dialog ref={dialog} className="lightbox" aria-label={`${strings.files.viewer}: ${image.filename}`} onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}>
      <header className="lightbox-head">
        <span className="lightbox-name">{image.filename}</span>
        <span className="lightbox-facts" role="status">
          {images.length > 1 && `${strings.files.position(at + 1, images.length)} · `}
          {image.width && image.height ? `${image.width} × ${image.height} · ` : ""}{fileSize(image.byte_size)}
        </span>
        <span className="lightbox-tools">
          <IconButton icon="minus" label={strings.files.zoomOut} disabled={view.zoom === 1} onClick={() => zoomBy(1 / ZOOM_STEP)} />
          <button type="button" className="lightbox-zoom" aria-label={strings.files.fit} data-tip={strings.files.fit}
            onClick={() => setView(fit)}>{Math.round(view.zoom * 100)}%</button>
          <IconButton icon="plus" label={strings.files.zoomIn} disabled={view.zoom >= ZOOM_MAX} onClick={() => zoomBy(ZOOM_STEP)} />
          <a className="icon-button" href={address} target="_blank" rel="noopener" aria-label={strings.files.original}
            data-tip={strings.files.original}><Icon name="open" /></a>
          <a className="icon-button" href={address} download={image.filename} aria-label={strings.files.download(image.filename)}
            data-tip={strings.files.download(image.filename)}><Icon name="download" /></a>
          <IconButton icon="close" label={strings.common.close} onClick={onClose} />
        </span>
      </header>
      <div ref={stage} className={classes("lightbox-stage", view.zoom > 1 && "zoomed")} tabIndex={-1}
        onPointerDown={(event) => {
          if (event.button) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY, from: view, moved: false };
        }}
        onPointerMove={(event) => {
          const begun = drag.current;
          if (!begun) return;
          const [x, y] = [event.clientX - begun.x, event.clientY - begun.y];
          begun.moved ||= Math.hypot(x, y) > 6;
          if (begun.from.zoom > 1) setView({ ...begun.from, x: begun.from.x + x, y: begun.from.y + y });
        }}
        onPointerUp={(event) => {
          const begun = drag.current;
          drag.current = null;
          if (!begun) return;
          const x = event.clientX - begun.x;
          if (begun.from.zoom === 1 && Math.abs(x) > 60) return go(x < 0 ? 1 : -1);
          // A press beside the picture closes, as it does beside other dialogs.
          if (!begun.moved && document.elementFromPoint(event.clientX, event.clientY)?.tagName !== "IMG") onClose();
        }}
        onDoubleClick={() => (view.zoom > 1 ? setView(fit) : zoomBy(2.5))}>
        <img key={image.id} src={address} alt={image.filename} draggable={false}
          style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }} />
      </div>
      {images.length > 1 && (
        <>
          <IconButton icon="back" size={24} label={strings.files.previous} className="lightbox-previous" disabled={at === 0}
            onClick={() => go(-1)} />
          <IconButton icon="chevron" size={24} label={strings.files.next} className="lightbox-next"
            disabled={at === images.length - 1} onClick={() => go(1)} />
        </>
      )}
    </dialog>
  );
}
