(** * Every index formula of the specification, once

    Each definition below is one formula of spec/*.ts, on plain numbers. All other files of this folder use
    these definitions and no index arithmetic of their own, and a test of the project (the bridge) reads this
    file as text and runs the same formulas against the shipped TypeScript functions. So the syntax is kept
    to numbers, + - * / mod, comparisons, &&, if-then-else and parentheses, one definition a formula.

    Names: L primary partitions; Min, Mout input and output channels of a primary partition (M where they
    are equal); Lout output channels of a secondary partition; S = kh kw taps. A second index, primed in the
    paper, ends in 2: l2 is l', m2 is m'. Division rounds down. Subtraction on nat stops at zero; it is used
    only where the difference cannot be negative (kernels have at least one pixel, padded inputs at least the
    span of the kernel). *)

From Coq Require Import Arith ZArith Bool.

(** ** Channels *)

Local Open Scope nat_scope.

(** Channel m of partition l, where partitions have I channels. *)
Definition partition_channel (I l m : nat) : nat := l * I + m.

(** Output channel o and input channel c belong to the same group: O and I channels of a group. *)
Definition same_group (O I o c : nat) : bool := o / O =? c / I.

(** The column of the grouped kernel that entry (o, c) of the block-diagonal kernel holds. *)
Definition block_diagonal_column (I c : nat) : nat := c mod I.

(** Eq. 2: where the interleave sends channel c = l M + m, namely m L + l. *)
Definition interleave_index (L M c : nat) : nat := (c mod M) * L + c / M.

(** Eq. 4: where the deinterleave sends channel c = m L + l, namely l M + m. *)
Definition deinterleave_index (L M c : nat) : nat := (c mod L) * M + c / L.

(** Eq. 2: the channel that channel c of the interleaved tensor is read from. *)
Definition interleave_source (L M c : nat) : nat := (c mod L) * M + c / L.

(** Eq. 4: the channel that channel c of the deinterleaved tensor is read from. *)
Definition deinterleave_source (L M c : nat) : nat := (c mod M) * L + c / M.

(** ** Kernels *)

(** Row of the primary kernel: output channel m2 of partition l. Also the index of the primary bias. *)
Definition primary_row (Mout l m2 : nat) : nat := l * Mout + m2.

(** Row of the secondary kernel: output channel l2 of partition m2. Also the index of the secondary bias. *)
Definition secondary_row (Lout m2 l2 : nat) : nat := m2 * Lout + l2.

(** Output channel of the block that joins (l2, m2). *)
Definition output_channel (Mout l2 m2 : nat) : nat := l2 * Mout + m2.

(** Eq. 6: W[out, input, s] is the entry (row, column) of the secondary kernel … *)
Definition composite_secondary_row (Lout Mout out : nat) : nat := (out mod Mout) * Lout + out / Mout.
Definition composite_secondary_column (Min input : nat) : nat := input / Min.

(** … times the entry (row, column, s) of the primary kernel. *)
Definition composite_primary_row (Min Mout out input : nat) : nat := (input / Min) * Mout + out mod Mout.
Definition composite_primary_column (Min input : nat) : nat := input mod Min.

(** ** Patches: a kernel as a matrix, the pixels under it as a vector *)

(** Row of pixel (u, v) of channel c in the column vector that Eq. 1 multiplies … *)
Definition patch_row (kh kw c u v : nat) : nat := (c * kh + u) * kw + v.

(** … and back: channel, tap row and tap column of a row of that vector. *)
Definition patch_channel (kh kw row : nat) : nat := row / (kh * kw).
Definition patch_u (kh kw row : nat) : nat := (row mod (kh * kw)) / kw.
Definition patch_v (kw row : nat) : nat := row mod kw.

(** ** Adjoints at stride 1: a convolution with input and output channels exchanged and flipped taps *)

(** Row c, column n of the exchanged kernel is the entry (row, column) of the kernel, O and I channels a group. *)
Definition exchanged_row (O I c n : nat) : nat := c / I * O + n.
Definition exchanged_column (I c : nat) : nat := c mod I.
Definition flipped_tap (kernel u : nat) : nat := kernel - 1 - u.
Definition flipped_padding (kernel dilation before : nat) : nat := dilation * (kernel - 1) - before.

(** ** Sizes *)

(** Pixels between the first and the last tap, both included. *)
Definition span (kernel dilation : nat) : nat := dilation * (kernel - 1) + 1.

(** Output positions along one axis. *)
Definition output_size (size kernel stride dilation before after : nat) : nat :=
  (size + before + after - (dilation * (kernel - 1) + 1)) / stride + 1.

(** The padding that keeps the size at stride 1: it depends on the kernel alone. *)
Definition same_before (kernel dilation : nat) : nat := dilation * (kernel - 1) / 2.
Definition same_after (kernel dilation : nat) : nat := dilation * (kernel - 1) - dilation * (kernel - 1) / 2.

(** SAME as TensorFlow has it, with pads that depend on the stride: not in the specification, which pads by
    the kernel alone; here for the counterexample of claim 9. *)
Definition framework_same_size (size stride : nat) : nat := (size - 1) / stride + 1.
Definition framework_same_total (size kernel stride dilation : nat) : nat :=
  (size - 1) / stride * stride + (dilation * (kernel - 1) + 1) - size.
Definition framework_same_before (size kernel stride dilation : nat) : nat :=
  ((size - 1) / stride * stride + (dilation * (kernel - 1) + 1) - size) / 2.

(** ** Parameters, which are also the multiply-adds of one output pixel *)

(** Eq. 7, for general sizes: primary and secondary kernel. *)
Definition block_parameters (L Min Mout Lout S : nat) : nat := L * Min * Mout * S + Mout * L * Lout.

(** Eq. 8: a regular convolution. *)
Definition regular_parameters (Cin Cout S : nat) : nat := Cin * Cout * S.

(** The block with the 1 x 1 convolution first and the spatial one second. *)
Definition swapped_parameters (L M S : nat) : nat := L * M * M + M * L * L * S.

(** ** Special cases: a regular convolution with K x K splits as a block with L = K K *)

(** Partition l = a K + b holds W_ab: row of W that row r of the primary kernel copies … *)
Definition split_kernel_row (K Mout r : nat) : nat := r / Mout / K * Mout + r mod Mout.

(** … and column of W that column m of it copies. *)
Definition split_kernel_column (K Min Mout r m : nat) : nat := (r / Mout) mod K * Min + m.

(** Secondary kernel, the same for each m2: output l2 sums the partitions of output split l2 mod K. *)
Definition split_secondary_weight (K l2 l : nat) : nat := if l / K =? l2 mod K then 1 else 0.

(** The channel of x that channel c of the block's input repeats, and likewise of the output: K copies. *)
Definition split_channel (K M c : nat) : nat := c mod (K * M).

(** ** Positions; padding lets them be negative *)

Local Open Scope Z_scope.

(** The input row (or column) under tap u of output position i. *)
Definition input_position (i stride u dilation before : Z) : Z := i * stride + u * dilation - before.

(** The other way round, for adjoints: the output position that has this pixel under tap u … *)
Definition output_position (pixel stride u dilation before : Z) : Z := (pixel + before - u * dilation) / stride.

(** … where there is one. *)
Definition is_output_position (pixel stride u dilation before : Z) : bool :=
  (pixel + before - u * dilation) mod stride =? 0.

(** Position (h, w) lies within the picture: elsewhere the padded input is zero. *)
Definition inside (H W h w : Z) : bool := (0 <=? h) && (h <? H) && (0 <=? w) && (w <? W).
