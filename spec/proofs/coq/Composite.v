(** * Claim 3: the block is one regular convolution

    Eq. 5 and 6: the primary group convolution, the interleave, the secondary group convolution and the
    deinterleave, one after the other, are the regular convolution with the composite kernel
    W[l2 Mout + m2, l Min + m, s] = Wd[m2 Lout + l2, l] Wp[l Mout + m2, m, s].

    On paper: output channel l2 Mout + m2 is read from channel m2 Lout + l2 of the secondary convolution,
    which sums over l the interleaved channels m2 L + l, which are the primary channels l Mout + m2, which
    sum over m and s the pixels of channel l Min + m ([block_expanded]). Multiply out: that is the sum over
    all channels l Min + m and taps s of the product of the two weights times the pixel. Nothing is
    subtracted, so it holds over every commutative semiring.

    Stated four times: for an arbitrary patch; for real convolutions with zero padding, stride, dilation and
    biases; as the product of matrices that the paper prints; and for path counts (claim 2). *)

From Coq Require Import Arith ZArith Lia Ring Setoid.
From IGC Require Import Formulas Division Sum Interleave GroupConvolution.

Section Composite.

Context {A : semiring}.
Add Ring A_ring : (laws A).
Local Open Scope semiring_scope.

Variables L Min Mout Lout : nat.

(** ** For an arbitrary patch *)

Section Patch.

Variable S : nat.
Variable Wp : nat -> nat -> nat -> A.   (* primary kernel: row l Mout + m2, column m, tap s *)
Variable Wd : nat -> nat -> A.          (* secondary kernel: row m2 Lout + l2, column l *)
Variable X : nat -> nat -> A.           (* patch: channel l Min + m, tap s *)

Definition primary_at (e : nat) : A := group_at Mout Min S Wp X e.
Definition interleaved_at (c : nat) : A := primary_at (interleave_source L Mout c).
Definition secondary_at (d : nat) : A := group_at Lout L 1 (fun d l _ => Wd d l) (fun c _ => interleaved_at c) d.
Definition block_at (o : nat) : A := secondary_at (deinterleave_source Lout Mout o).

Definition composite (o c s : nat) : A :=
  Wd (composite_secondary_row Lout Mout o) (composite_secondary_column Min c) *
  Wp (composite_primary_row Min Mout o c) (composite_primary_column Min c) s.

(** Eq. 6, entry by entry. *)
Theorem composite_entry (l2 m2 l m s : nat) :
  (m2 < Mout)%nat -> (m < Min)%nat ->
  composite (output_channel Mout l2 m2) (partition_channel Min l m) s =
  Wd (secondary_row Lout m2 l2) l * Wp (primary_row Mout l m2) m s.
Proof.
  intros. unfold composite, composite_secondary_row, composite_secondary_column, composite_primary_row,
    composite_primary_column, output_channel, partition_channel.
  now rewrite !quotient, !remainder.
Qed.

(** What one output of the block is. *)
Theorem block_expanded (l2 m2 : nat) :
  (l2 < Lout)%nat -> (m2 < Mout)%nat ->
  block_at (output_channel Mout l2 m2) =
  ∑ l < L, Wd (secondary_row Lout m2 l2) l *
    ∑ m < Min, ∑ s < S, Wp (primary_row Mout l m2) m s * X (partition_channel Min l m) s.
Proof.
  intros l2_below m2_below.
  unfold block_at, deinterleave_source, output_channel. rewrite quotient, remainder by assumption.
  unfold secondary_at, group_at at 1. rewrite quotient by assumption.
  apply sum_ext. intros l l_below. rewrite sum_one. f_equal.
  unfold interleaved_at, interleave_source, partition_channel. rewrite quotient, remainder by assumption.
  unfold primary_at, group_at. now rewrite quotient by assumption.
Qed.

(** Claim 3. *)
Theorem block_is_regular_convolution (o : nat) :
  (o < Lout * Mout)%nat -> block_at o = regular_at (L * Min) S composite X o.
Proof.
  intro below. destruct (channel_parts Lout Mout o below) as (l2 & m2 & l2_below & m2_below & ->).
  fold (output_channel Mout l2 m2).
  rewrite (block_expanded l2 m2) by assumption. unfold regular_at. rewrite sum_blocks.
  apply sum_ext. intros l l_below. rewrite sum_mul_left.
  apply sum_ext. intros m m_below. rewrite sum_mul_left.
  apply sum_ext. intros s _. fold (partition_channel Min l m). rewrite composite_entry by assumption. ring.
Qed.

(** ** As the paper prints it: x' = P Wd Pt Wp x, W = P Wd Pt Wp *)

Definition matrix := nat -> nat -> A.

(** a b, where a has n columns. *)
Definition product (n : nat) (a b : matrix) : matrix := fun i j => ∑ k < n, a i k * b k j.

Definition interleave_matrix (L M : nat) : matrix :=
  fun row column => if row =? interleave_index L M column then 1 else 0.
Definition deinterleave_matrix (L M : nat) : matrix :=
  fun row column => if row =? deinterleave_index L M column then 1 else 0.

(** The block-diagonal kernels; a column of the primary is channel c S + tap s. *)
Definition primary_matrix : matrix := fun e column => block_diagonal Mout Min Wp e (column / S)%nat (column mod S)%nat.
Definition secondary_matrix : matrix := fun d c => block_diagonal Lout L (fun d l _ => Wd d l) d c 0.

Definition composite_matrix : matrix :=
  product (Lout * Mout) (deinterleave_matrix Lout Mout)
    (product (L * Mout) secondary_matrix
      (product (L * Mout) (interleave_matrix L Mout) primary_matrix)).

(** P is the transpose of Pt, as its name says. *)
Theorem deinterleave_matrix_is_transpose (M row column : nat) :
  (row < L * M)%nat -> (column < L * M)%nat ->
  deinterleave_matrix L M row column = interleave_matrix L M column row.
Proof.
  intros row_below column_below. unfold deinterleave_matrix, interleave_matrix.
  destruct (Nat.eqb_spec row (deinterleave_index L M column)) as [->|other].
  - now rewrite interleave_after_deinterleave, Nat.eqb_refl.
  - destruct (Nat.eqb_spec column (interleave_index L M row)) as [->|]; [|reflexivity].
    now rewrite deinterleave_after_interleave in other.
Qed.

(** Pt from the left: row c of Pt a is row interleave_source c of a. *)
Lemma interleave_matrix_left (a : matrix) (c j : nat) :
  (c < L * Mout)%nat ->
  product (L * Mout) (interleave_matrix L Mout) a c j = a (interleave_source L Mout c) j.
Proof.
  intro below. rewrite interleave_reads_its_source.
  assert (deinterleave_index L Mout c < L * Mout)%nat as source_below.
  { rewrite Nat.mul_comm in below |- *. now apply (interleave_in_range Mout L). }
  unfold product. rewrite (sum_single A _ _ _ source_below); unfold interleave_matrix.
  - rewrite interleave_after_deinterleave, Nat.eqb_refl by assumption. ring.
  - intros e e_below other. destruct (Nat.eqb_spec c (interleave_index L Mout e)) as [->|]; [|ring].
    now rewrite deinterleave_after_interleave in other.
Qed.

(** P from the left, likewise. *)
Lemma deinterleave_matrix_left (a : matrix) (o j : nat) :
  (o < Lout * Mout)%nat ->
  product (Lout * Mout) (deinterleave_matrix Lout Mout) a o j = a (deinterleave_source Lout Mout o) j.
Proof.
  intro below. rewrite deinterleave_reads_its_source.
  pose proof (interleave_in_range Lout Mout o below) as source_below.
  unfold product. rewrite (sum_single A _ _ _ source_below); unfold deinterleave_matrix.
  - rewrite deinterleave_after_interleave, Nat.eqb_refl by assumption. ring.
  - intros d d_below other. destruct (Nat.eqb_spec o (deinterleave_index Lout Mout d)) as [->|]; [|ring].
    now rewrite interleave_after_deinterleave in other.
Qed.

(** Eq. 6: the matrix product is the composite kernel. *)
Theorem composite_is_matrix_product (o c s : nat) :
  (o < Lout * Mout)%nat -> (c < L * Min)%nat -> (s < S)%nat ->
  composite_matrix o (partition_channel S c s) = composite o c s.
Proof.
  intros o_below c_below s_below.
  destruct (channel_parts Lout Mout o o_below) as (l2 & m2 & l2_below & m2_below & ->).
  destruct (channel_parts L Min c c_below) as (l & m & l_below & m_below & ->).
  fold (output_channel Mout l2 m2) (partition_channel Min l m). rewrite composite_entry by assumption.
  unfold output_channel.
  unfold composite_matrix. rewrite deinterleave_matrix_left by assumption.
  unfold deinterleave_source. rewrite quotient, remainder by assumption.
  unfold product at 1. rewrite (Nat.mul_comm L Mout), sum_blocks.
  rewrite (sum_single A Mout m2); [|assumption|].
  - rewrite (sum_single A L l); [|assumption|]; unfold secondary_matrix, block_diagonal, same_group,
      block_diagonal_column, primary_row, secondary_row.
    + rewrite !quotient, remainder, Nat.eqb_refl by assumption. f_equal.
      rewrite (Nat.mul_comm Mout L), interleave_matrix_left by (rewrite (Nat.mul_comm L); now apply in_range).
      unfold interleave_source, primary_matrix, block_diagonal, same_group, block_diagonal_column,
        partition_channel.
      rewrite (quotient L), (remainder L), (quotient S), (remainder S) by assumption.
      now rewrite !quotient, remainder, Nat.eqb_refl by assumption.
    + intros k k_below other. rewrite !quotient, Nat.eqb_refl by assumption.
      rewrite (Nat.mul_comm Mout L), interleave_matrix_left by (rewrite (Nat.mul_comm L); now apply in_range).
      unfold interleave_source, primary_matrix, block_diagonal, same_group, partition_channel.
      rewrite (quotient L), (remainder L), (quotient S) by assumption.
      rewrite !quotient, (proj2 (Nat.eqb_neq k l)) by assumption. ring.
  - intros n _ other. apply sum_vanishes. intros k k_below.
    unfold secondary_matrix, block_diagonal, same_group.
    rewrite !quotient, (proj2 (Nat.eqb_neq m2 n)) by auto. ring.
Qed.

End Patch.

(** ** Real convolutions: zero padding, stride, dilation, biases *)

Section Convolution.

Variable w : window.
Variables H W : nat.                            (* rows and columns of the input *)
Variable Wp : nat -> nat -> nat -> nat -> A.    (* primary kernel (L Mout, Min, kh, kw) *)
Variable Wd : nat -> nat -> nat -> nat -> A.    (* secondary kernel (Mout Lout, L, 1, 1) *)
Variables bp bd : nat -> A.                     (* biases, each in its own convolution's order *)
Variable x : nat -> nat -> nat -> A.            (* input (L Min, H, W) *)

Definition out_h : nat := output_size H (kernel_h w) (stride_h w) (dilation_h w) (top w) (bottom w).
Definition out_w : nat := output_size W (kernel_w w) (stride_w w) (dilation_w w) (left w) (right w).

(** The four steps of spec/03-igc-block.ts. *)
Definition primary (e i j : nat) : A := group_convolution Mout Min w Wp (padded H W x) e i j + bp e.
Definition interleaved (c i j : nat) : A := primary (interleave_source L Mout c) i j.
Definition secondary (d i j : nat) : A :=
  group_convolution Lout L unit_window Wd (padded out_h out_w interleaved) d i j + bd d.
Definition block (o i j : nat) : A := secondary (deinterleave_source Lout Mout o) i j.

Definition composite_kernel (o c u v : nat) : A :=
  Wd (composite_secondary_row Lout Mout o) (composite_secondary_column Min c) 0%nat 0%nat *
  Wp (composite_primary_row Min Mout o c) (composite_primary_column Min c) u v.

(** b = P (Wd Pt bp + bd). *)
Definition composite_bias (o : nat) : A :=
  (∑ l < L, Wd (composite_secondary_row Lout Mout o) l 0%nat 0%nat * bp (primary_row Mout l (o mod Mout)))
  + bd (composite_secondary_row Lout Mout o).

(** A 1 x 1 convolution without padding sees the pixel at its own position. *)
Lemma unit_window_patch (rows columns : nat) (y : nat -> nat -> nat -> A) (c i j : nat) :
  (i < rows)%nat -> (j < columns)%nat ->
  padded rows columns y c (row_under unit_window i 0) (column_under unit_window j 0) = y c i j.
Proof.
  intros i_below j_below. unfold row_under, column_under, input_position, padded, unit_window. cbn -[Z.of_nat].
  replace (Z.of_nat i * Z.of_nat 1 + Z.of_nat 0 * Z.of_nat 1 - Z.of_nat 0)%Z with (Z.of_nat i) by lia.
  replace (Z.of_nat j * Z.of_nat 1 + Z.of_nat 0 * Z.of_nat 1 - Z.of_nat 0)%Z with (Z.of_nat j) by lia.
  rewrite !Nat2Z.id.
  assert (inside (Z.of_nat rows) (Z.of_nat columns) (Z.of_nat i) (Z.of_nat j) = true) as ->; [|reflexivity].
  unfold inside. rewrite !Bool.andb_true_iff, !Z.leb_le, !Z.ltb_lt. lia.
Qed.

(** Claim 3, for every size, kernel, stride, dilation and padding, with biases. *)
Theorem block_convolution_is_regular (o i j : nat) :
  (o < Lout * Mout)%nat -> (i < out_h)%nat -> (j < out_w)%nat ->
  block o i j = convolution (L * Min) w composite_kernel (padded H W x) o i j + composite_bias o.
Proof.
  intros o_below i_below j_below.
  rewrite convolution_at_its_patch.
  change (flat w composite_kernel) with (composite (flat w Wp) (fun d l => Wd d l 0%nat 0%nat)).
  rewrite <- (block_is_regular_convolution _ _ _ _ o o_below).
  destruct (channel_parts Lout Mout o o_below) as (l2 & m2 & l2_below & m2_below & ->).
  fold (output_channel Mout l2 m2). rewrite block_expanded by assumption. unfold output_channel.
  unfold block, deinterleave_source, composite_bias, composite_secondary_row.
  rewrite quotient, remainder by assumption. unfold secondary, secondary_row, primary_row.
  assert (group_convolution Lout L unit_window Wd (padded out_h out_w interleaved) (m2 * Lout + l2)%nat i j =
    ∑ l < L, Wd (m2 * Lout + l2)%nat l 0%nat 0%nat * primary (l * Mout + m2)%nat i j) as ->.
  { unfold group_convolution. apply sum_ext. intros l l_below. cbn [unit_window kernel_h kernel_w].
    rewrite sum_one, sum_one, unit_window_patch by assumption. unfold interleaved, interleave_source,
      partition_channel. now rewrite quotient, quotient, remainder. }
  rewrite (SRadd_assoc (laws A)), <- sum_add. f_equal.
  apply sum_ext. intros l l_below. unfold primary. rewrite group_convolution_at_its_patch.
  unfold group_at. rewrite quotient by assumption. ring.
Qed.

End Convolution.

(** The block without biases, at each of its output pixels, is the block at the patch under the window: what is
    proved for patches holds for convolutions. *)
Theorem block_at_its_patch (w : window) (H W : nat) (Wp Wd : nat -> nat -> nat -> nat -> A) x (o i j : nat) :
  (o < Lout * Mout)%nat -> (i < out_h w H)%nat -> (j < out_w w W)%nat ->
  block w H W Wp Wd (fun _ => 0) (fun _ => 0) x o i j =
  block_at (kernel_h w * kernel_w w) (flat w Wp) (fun d l => Wd d l 0%nat 0%nat) (patch w (padded H W x) i j) o.
Proof.
  intros o_below i_below j_below. rewrite block_convolution_is_regular, block_is_regular_convolution by assumption.
  rewrite convolution_at_its_patch. unfold composite_bias. rewrite sum_vanishes by (intros; ring).
  change (flat w (composite_kernel Wp Wd)) with (composite (flat w Wp) (fun d l => Wd d l 0%nat 0%nat)). ring.
Qed.

End Composite.

(** ** Claim 2 again: path counts are 1 everywhere, and the composite kernel is dense *)

(** With all weights the number 1, an entry of P Wd Pt Wp counts the paths from c to o. *)
Theorem path_counts_are_one (L Min Mout Lout S o c s : nat) :
  o < Lout * Mout -> c < L * Min -> s < S ->
  composite_matrix L Min Mout Lout S (fun _ _ _ => 1) (fun _ _ => 1) o (partition_channel S c s) = 1.
Proof. intros. now rewrite composite_is_matrix_product. Qed.

(** An entry of W vanishes only where the product of its two weights does. *)
Theorem composite_is_dense {A : semiring} (Min Mout Lout : nat)
    (Wp : nat -> nat -> nat -> A) (Wd : nat -> nat -> A) :
  (forall d l e m s, (Wd d l * Wp e m s)%A <> zero) ->
  forall o c s, composite Min Mout Lout Wp Wd o c s <> zero.
Proof. intros no_product_vanishes o c s. apply no_product_vanishes. Qed.
